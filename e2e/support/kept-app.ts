// What the service worker has kept of the app, seen from the page.
import { expect, type Page } from "@playwright/test";
import { listBuild } from "../../tools/vite/service-worker.ts";
import { dist } from "./built-app.ts";

/** Waits until all is kept that a start without a network needs. @param folder of the build that is served. */
export async function waitUntilKept(page: Page, folder = dist): Promise<void> {
  // Before it is isolated the page may be reloaded at any moment.
  await page.waitForFunction(() => crossOriginIsolated);
  const { files } = await listBuild(folder);
  const needed = files.filter(({ kept }) => kept === "at-once").map(({ path }) => path);
  await expect
    .poll(async () => {
      const kept = new Set(await keptPaths(page));
      return needed.filter((path) => !kept.has(path));
    })
    .toEqual([]);
}

/** Paths of the app's files that are in any of the service worker's caches, in order. */
export async function keptPaths(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("patchlight-app "));
    const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    const folder = new URL(".", document.baseURI).href;
    return keys.flat().map(({ url }) => decodeURIComponent(url.slice(folder.length)));
  });
}

/** The builds that the service worker keeps, the oldest first. */
export function keptVersions(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () =>
    (await caches.keys()).filter((name) => name.startsWith("patchlight-app ")),
  );
}
