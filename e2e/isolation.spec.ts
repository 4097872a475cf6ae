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
    await page.goto(host.url);
    await expectIsolated(page, true);
    expect(loadsOf(host)).toBe(2);

    const later = await context.newPage();
    await later.goto(host.url);
    await expectIsolated(later, true);
    expect(loadsOf(host), "a later visit needs no reload").toBe(3);
  });

test("a forced reload, which passes by the service worker, ends isolated again", async ({
  page,
  context,
}) => {
  host = await serveApp();
  await page.clock.install();
  await page.goto(host.url);
  await expectIsolated(page, true);
  await page.clock.setSystemTime(Date.now() + 60_000);
  const devtools = await context.newCDPSession(page);
  const loaded = page.waitForEvent("load");
  await devtools.send("Page.reload", { ignoreCache: true });
  await loaded;
  await expectIsolated(page, true);
  expect(loadsOf(host)).toBe(4);
});

test("a host that sends the headers: isolated at once, no service worker", async ({ page }) => {
  host = await serveApp({ headers: isolationHeaders });
  await page.goto(host.url);
  await expectIsolated(page, true);
  expect(loadsOf(host)).toBe(1);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
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
  await page.goto(host.url);
  await expectIsolated(page, true);
  expect(loadsOf(host)).toBe(2);
});

test("the service worker's file is missing: goes on without, no reload", async ({ page, context }) => {
  host = await serveApp();
  await context.route("**/isolation-worker.js", (route) =>
    route.fulfill({ status: 404, contentType: "text/html", body: "<!doctype html>Not found" }),
  );
  await page.goto(host.url);
  await expectIsolated(page, false);
  expect(loadsOf(host)).toBe(1);
});

test("a frame of a page that is not isolated: one reload at most, never a loop", async ({ page }) => {
  host = await serveApp({ subPath: "/app/" });
  const outer = new URL("/outer.html", host.url).href;
  await page.route(outer, (route) =>
    route.fulfill({ contentType: "text/html", body: '<!doctype html><iframe src="/app/"></iframe>' }),
  );
  await page.goto(outer);
  await page.waitForTimeout(settleMilliseconds);
  const frame = page.frames().find((candidate) => candidate.url().endsWith("/app/"));
  expect(await frame?.evaluate(() => crossOriginIsolated)).toBe(false);
  expect(loadsOf(host)).toBeLessThanOrEqual(2);
});

test.describe("service workers switched off", () => {
  test.use({ serviceWorkers: "block" });

  test("goes on without isolation, no reload", async ({ page }) => {
    host = await serveApp();
    await page.goto(host.url);
    await expectIsolated(page, false);
    expect(loadsOf(host)).toBe(1);
  });
});

test("two tabs at once: both end isolated, each with one reload", async ({ context }) => {
  host = await serveApp();
  const pages = [await context.newPage(), await context.newPage()];
  await Promise.all(pages.map((page) => page.goto(host?.url ?? "")));
  for (const page of pages) await expectIsolated(page, true);
  expect(loadsOf(host)).toBeLessThanOrEqual(4);
});

/** Waits until the page has had time for every reload it could want, then looks. */
async function expectIsolated(page: Page, isolated: boolean): Promise<void> {
  await page.waitForTimeout(settleMilliseconds);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
}

function loadsOf({ requests }: RunningHost): number {
  return requests.filter((path) => path === "").length;
}
