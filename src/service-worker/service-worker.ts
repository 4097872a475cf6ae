// The service worker: makes the page isolated where the host sends no headers, and the app work without a network.
import { answer } from "./answer.ts";
import type { AppBuild, Wish } from "./app-build.ts";
import { dropOthers } from "./app-caches.ts";
import { keepApp } from "./kept-app.ts";
import { digestOf, type Surroundings } from "./surroundings.ts";

/** Filled in by the bundler. */
declare const __APP_BUILD__: AppBuild;

const worker = self as unknown as ServiceWorkerGlobalScope;

const surroundings: Surroundings = {
  build: __APP_BUILD__,
  scope: new URL(worker.registration.scope),
  caches: worker.caches,
  fetch: (address, request) => fetch(address, request),
  digest: digestOf,
};

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));

worker.addEventListener("fetch", (event) => {
  const response = answer(event.request, surroundings, (work) => event.waitUntil(work));
  if (response !== undefined) event.respondWith(response);
});

worker.addEventListener("message", (event: ExtendableMessageEvent) => {
  const wish: Wish = event.data;
  if (wish === "keep-app") event.waitUntil(keepApp(surroundings));
  if (wish === "take-over") event.waitUntil(worker.skipWaiting());
});

/** A first worker takes over at once, for the page waits to be isolated. A later one is complete first, and then waits. */
async function install(): Promise<void> {
  if (worker.registration.active === null) return worker.skipWaiting();
  const missed = await keepApp(surroundings);
  // Without room there will be none later either, and nobody should be held on an old build for that.
  const unfit = missed.filter(({ why }) => why === "unfit").map(({ path }) => path);
  // The browser tries again at a later visit; meanwhile the build that is there goes on working.
  if (unfit.length > 0) throw new Error(`This build is not complete on the host: ${unfit.join(", ")}`);
}

async function activate(): Promise<void> {
  await worker.clients.claim();
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  // Another tab may still run on the build before this one.
  await dropOthers(surroundings, pages.length > 1 ? 1 : 0);
}
