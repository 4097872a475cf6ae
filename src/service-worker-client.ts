// The page's side of its service worker: starts it, has it keep the app, and hears of newer versions.
import type { Wish } from "./service-worker/app-build.ts";

/** So long the page waits for its service worker before it starts without one. */
const patienceMilliseconds = 4000;
/** A page that stays open asks for a newer version when it is looked at again, but not more often than this. */
const askAgainMilliseconds = 60 * 60 * 1000;

let registered: Promise<ServiceWorkerRegistration> | undefined;

/**
 * Starts the service worker where there is one, and waits until it answers this page's requests.
 * @returns `false` in development, where service workers are missing or blocked, or when it takes too long.
 */
export async function serviceWorkerIsInCharge(): Promise<boolean> {
  const registration = register();
  if (registration === undefined) return false;
  const tooLate = new Promise<false>((resolve) => setTimeout(resolve, patienceMilliseconds, false));
  // Blocked by the user's settings, or the host serves something else at that address.
  const active = untilActive(registration).catch(() => false as const);
  return Promise.race([active, tooLate]);
}

/**
 * Has the service worker keep what a start without a network needs, and looks out for a newer version.
 * @param offer called when one is complete and waits; it is never taken unasked. Its parameter takes it: the page reloads.
 */
export async function keepAppOffline(offer: (reload: () => void) => void): Promise<void> {
  try {
    const registration = await register();
    if (registration === undefined) return;
    watchForNewer(registration, () => offer(() => takeNewer(registration)));
    const { active } = await navigator.serviceWorker.ready;
    tell(active, "keep-app");
  } catch {
    // Without a service worker the app needs the network, and works.
  }
}

function register(): Promise<ServiceWorkerRegistration> | undefined {
  if (!import.meta.env.PROD || !globalThis.isSecureContext) return undefined;
  if (!("serviceWorker" in navigator)) return undefined;
  registered ??= navigator.serviceWorker.register(new URL("service-worker.js", document.baseURI), {
    updateViaCache: "none",
  });
  return registered;
}

/** A worker that becomes active takes charge of the pages that are open before it is done. */
async function untilActive(registration: Promise<ServiceWorkerRegistration>): Promise<true> {
  // Where registering fails, nothing would ever be ready.
  await registration;
  const { active } = await navigator.serviceWorker.ready;
  if (active?.state !== "activating") return true;
  return new Promise((resolve) =>
    active.addEventListener("statechange", () => resolve(true), { once: true }),
  );
}

function watchForNewer(registration: ServiceWorkerRegistration, announce: () => void): void {
  const follow = () => {
    const { installing, active } = registration;
    // The very first worker is no newer version of anything.
    if (active === null) return;
    installing?.addEventListener("statechange", () => installing.state === "installed" && announce());
  };
  if (registration.waiting !== null) announce();
  // The browser looks for a newer version with every visit, and may have found one by now.
  follow();
  registration.addEventListener("updatefound", follow);
  let lastAsked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - lastAsked < askAgainMilliseconds) return;
    lastAsked = Date.now();
    // Without a network there is nothing newer to be had.
    registration.update().catch(() => {});
  });
}

/** Reloads into the newer version; if another tab has taken it already, a reload is all there is to do. */
function takeNewer({ waiting }: ServiceWorkerRegistration): void {
  const reload = () => globalThis.location.reload();
  if (waiting === null) {
    reload();
    return;
  }
  waiting.addEventListener("statechange", () => waiting.state === "activated" && reload());
  tell(waiting, "take-over");
}

function tell(worker: ServiceWorker | null, wish: Wish): void {
  worker?.postMessage(wish);
}
