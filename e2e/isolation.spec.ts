// On hosts that send no headers the page isolates itself, with one reload; where that is impossible it never loops.
import { expect, type Page, test } from "@playwright/test";
import type { RunningHost } from "../tools/static-server.ts";
import { isolationHeaders, serveApp } from "./support/built-app.ts";

/** Long enough for a loop to show: registering and reloading take well under a second. */
const settleMilliseconds = 3000;

let host: RunningHost | undefined;

test.afterEach(async () => host?.close());

for (const subPath of ["/", "/some/where/"])
  test(`a plain static host at ${subPath}: isolated after exactly one reload`, async ({ page, context }) => {
    host = await serveApp({ subPath });
    const loads = countLoads(page);
    await page.goto(host.url);
    await expectIsolated(page, true);
    expect(loads()).toBe(2);

    const later = await context.newPage();
    const laterLoads = countLoads(later);
    await later.goto(host.url);
    await expectIsolated(later, true);
    expect(laterLoads(), "a later visit needs no reload").toBe(1);
  });

test("a forced reload, which passes by the service worker, ends isolated again", async ({
  page,
  context,
}) => {
  host = await serveApp();
  const loads = countLoads(page);
  await page.clock.install();
  await page.goto(host.url);
  await expectIsolated(page, true);
  await page.clock.setSystemTime(Date.now() + 60_000);
  const devtools = await context.newCDPSession(page);
  const loaded = page.waitForEvent("load");
  await devtools.send("Page.reload", { ignoreCache: true });
  await loaded;
  await expectIsolated(page, true);
  expect(loads()).toBe(4);
});

test("a host that sends the headers: isolated at once, no reload", async ({ page }) => {
  host = await serveApp({ headers: isolationHeaders });
  const loads = countLoads(page);
  await page.goto(host.url);
  await expectIsolated(page, true);
  expect(loads()).toBe(1);
  expect(await page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe("activated");
});

test("session storage blocked: still isolated after one reload", async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, "sessionStorage", {
      get: () => {
        throw new DOMException("blocked", "SecurityError");
      },
    });
  });
  host = await serveApp();
  const loads = countLoads(page);
  await page.goto(host.url);
  await expectIsolated(page, true);
  expect(loads()).toBe(2);
});

test("the service worker's file is missing: goes on without, no reload", async ({ page, context }) => {
  host = await serveApp();
  await context.route("**/service-worker.js", (route) =>
    route.fulfill({ status: 404, contentType: "text/html", body: "<!doctype html>Not found" }),
  );
  const loads = countLoads(page);
  await page.goto(host.url);
  await expectIsolated(page, false);
  expect(loads()).toBe(1);
});

test("a frame of a page that is not isolated: one reload at most, never a loop", async ({ page }) => {
  host = await serveApp({ subPath: "/app/" });
  const outer = new URL("/outer.html", host.url).href;
  await page.route(outer, (route) =>
    route.fulfill({ contentType: "text/html", body: '<!doctype html><iframe src="/app/"></iframe>' }),
  );
  const loads = countLoads(page, host.url);
  await page.goto(outer);
  await page.waitForTimeout(settleMilliseconds);
  const frame = page.frames().find((candidate) => new URL(candidate.url()).pathname === "/app/");
  expect(await frame?.evaluate(() => crossOriginIsolated)).toBe(false);
  expect(loads()).toBeLessThanOrEqual(2);
});

test.describe("service workers switched off", () => {
  test.use({ serviceWorkers: "block" });

  test("goes on without isolation, no reload", async ({ page }) => {
    host = await serveApp();
    const loads = countLoads(page);
    await page.goto(host.url);
    await expectIsolated(page, false);
    expect(loads()).toBe(1);
  });
});

test("two tabs at once: both end isolated, each with one reload", async ({ context }) => {
  host = await serveApp();
  const pages = [await context.newPage(), await context.newPage()];
  const loads = pages.map((page) => countLoads(page));
  await Promise.all(pages.map((page) => page.goto(host?.url ?? "")));
  for (const page of pages) await expectIsolated(page, true);
  for (const count of loads) expect(count()).toBeLessThanOrEqual(2);
});

/** Waits until the page has had time for every reload it could want, then looks. */
async function expectIsolated(page: Page, isolated: boolean): Promise<void> {
  await page.waitForTimeout(settleMilliseconds);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
}

/**
 * Counts how often a page, or a frame of this address in it, is loaded from here on. Requests for documents, because the
 * app writes its view into the address, which browsers report as a navigation too.
 */
function countLoads(page: Page, address?: string): () => number {
  let loads = 0;
  page.on("request", (request) => {
    if (!request.isNavigationRequest()) return;
    const isCounted =
      address === undefined ? request.frame() === page.mainFrame() : request.url() === address;
    if (isCounted) loads++;
  });
  return () => loads;
}
