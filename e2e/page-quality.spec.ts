// What an audit of the built page asks for: a document that says what it is, nothing that jumps, installable, small.
import { expect, type Page, test } from "@playwright/test";
import sharp from "sharp";
import { missing } from "../tests/support/witnesses.ts";
import { measureApp, shellLimit, totalOf } from "../tools/app-size.ts";
import type { RunningHost } from "../tools/static-server.ts";
import { openApp } from "./support/app.ts";
import { dist, mirror, serveApp } from "./support/built-app.ts";
import { recordShifts, shifts } from "./support/layout-shifts.ts";
import { watchForFaults } from "./support/page-faults.ts";
import { dropFiles, fileOf } from "./support/pictures.ts";

let host: RunningHost;

test.beforeEach(async () => {
  host = await serveApp({ subPath: "/people/demo/", ...mirror });
});
test.afterEach(() => host.close());

test("the document says what it is, and in which language", async ({ page, request }) => {
  const source = await (await request.get(host.url)).text();
  expect(source).toMatch(/^<!doctype html>/i);
  expect(Buffer.from(source.slice(0, source.indexOf('charset="utf-8"'))).length).toBeLessThan(1024);

  await page.goto(host.url);
  await expect(page).toHaveTitle(/^Patchlight/);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  const description = await page.locator('meta[name="description"]').getAttribute("content");
  expect(description?.length).toBeGreaterThan(50);
  expect(description?.length).toBeLessThanOrEqual(160);
  const viewport = await page.locator('meta[name="viewport"]').getAttribute("content");
  expect(viewport).toContain("width=device-width");
  expect(viewport, "a page that cannot be enlarged shuts people out").not.toMatch(
    /user-scalable|maximum-scale/,
  );
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
});

test("every address in the document is relative and answers", async ({ page, request }) => {
  await page.goto(host.url);
  await page.waitForFunction(() => crossOriginIsolated);
  const addresses = await page
    .locator("head :is([src], [href])")
    .evaluateAll((elements) =>
      elements.map((element) => element.getAttribute("src") ?? element.getAttribute("href") ?? ""),
    );
  expect(addresses.length).toBeGreaterThan(4);
  for (const address of addresses) {
    expect(address).toMatch(/^\.\//);
    expect((await request.get(new URL(address, host.url).href)).status(), address).toBe(200);
  }
});

test("the browser's bar has the colour of the page, light and dark", async ({ page }) => {
  await page.goto(host.url);
  const header = page.getByRole("banner");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const themeColour = await page
      .locator(`meta[name="theme-color"][media*="${colorScheme}"]`)
      .getAttribute("content");
    const rgb = (themeColour?.match(/\w\w/g) ?? []).map((hex) => Number.parseInt(hex, 16));
    await expect(header).toHaveCSS("background-color", `rgb(${rgb.join(", ")})`);
  }
});

test("it can be installed: the browser finds nothing missing", async ({ page, request }) => {
  await page.goto(host.url);
  await page.waitForFunction(() => crossOriginIsolated);
  const devtools = await page.context().newCDPSession(page);
  const { url, errors, data } = await devtools.send("Page.getAppManifest");
  expect(url).toBe(new URL("manifest.webmanifest", host.url).href);
  expect(errors).toEqual([]);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  // Tests run in private windows, where nothing can be installed whatever the page is like.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);

  const manifest = JSON.parse(data ?? "") as {
    readonly start_url: string;
    readonly scope: string;
    readonly icons: readonly { readonly src: string; readonly sizes: string; readonly purpose: string }[];
  };
  for (const address of [manifest.start_url, manifest.scope])
    expect(new URL(address, url).href).toBe(host.url);
  for (const purpose of ["any", "maskable"]) {
    const sizes = manifest.icons.filter((icon) => icon.purpose === purpose).map(({ sizes }) => sizes);
    expect(sizes).toEqual(expect.arrayContaining(["192x192", "512x512"]));
  }
  for (const { src, sizes } of manifest.icons) {
    const { width, height } = await sharp(
      await (await request.get(new URL(src, url).href)).body(),
    ).metadata();
    if (sizes !== "any") expect(`${width}x${height}`).toBe(sizes);
  }
});

test("the app shell weighs 250 kB at most", async () => {
  const { shell, later } = await measureApp(dist);
  expect(shell.map(({ path }) => path)).toEqual(
    expect.arrayContaining(["index.html", "manifest.webmanifest"]),
  );
  expect(shell.some(({ path }) => /^assets\/index-.*\.js$/.test(path))).toBe(true);
  expect(later.some(({ path }) => /^assets\/worker-.*\.js$/.test(path))).toBe(true);
  expect(totalOf(shell), JSON.stringify(shell)).toBeLessThanOrEqual(shellLimit);
});

for (const viewport of [
  { width: 1440, height: 900 },
  { width: 360, height: 740 },
])
  test.describe(`${viewport.width} pixels wide${missing("models", "images")}`, () => {
    test.skip(missing("models", "images") !== "");
    test.use({ viewport });

    test("nothing jumps while results come in", async ({ page }) => {
      const faults = watchForFaults(page);
      await recordShifts(page);
      const app = await openApp(page, host.url);
      await openForeground(page);
      await expect(app.measure("faf").or(page.getByTestId("no-foreground"))).toBeVisible();
      expect(await shifts(page), "from the empty page to the first result").toEqual([]);

      await dropFiles(page, [fileOf("images", "chefer/catdog.png")]);
      await app.waitForMapOf("catdog.png");
      await expect(app.measure("faf")).toBeVisible();
      expect(await shifts(page), "with the next picture").toEqual([]);
      expect(faults).toEqual([]);
    });
  });

/** On narrow pages the numbers are behind a tab. */
async function openForeground(page: Page): Promise<void> {
  const tab = page.getByRole("tab", { name: "Foreground" });
  if ((await tab.count()) > 0) await tab.click();
}
