// Where the page cannot be isolated everything still works, on one thread, and the page says so.
import { expect, test } from "@playwright/test";
import { strings } from "../src/ui/strings.ts";
import { missing } from "../tests/support/witnesses.ts";
import type { RunningHost } from "../tools/static-server.ts";
import { openApp } from "./support/app.ts";
import { mirror, serveApp } from "./support/built-app.ts";
import { dropFiles, fileOf } from "./support/pictures.ts";

let host: RunningHost | undefined;

test.afterEach(async () => host?.close());

test.describe(`a plain host${missing("models", "images")}`, () => {
  test.skip(missing("models", "images") !== "");

  test.describe("with service workers switched off", () => {
    test.use({ serviceWorkers: "block" });

    test("one thread, said plainly, and the whole result", async ({ page }) => {
      host = await serveApp({ subPath: "/below/a/path/", ...mirror });
      const app = await openApp(page, host.url);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
      await expect(app.header).toContainText(strings.header.wasmSingle);
      await expect(page.getByText(strings.notices.singleThread)).toBeVisible();
      await dropFiles(page, [fileOf("images", "chefer/catdog.png")]);
      await app.waitForMapOf("catdog.png");
      await app.topClasses();
      await expect(app.measure("faf")).toBeVisible({ timeout: 120_000 });
    });
  });

  test("isolated by the service worker: more than one thread where there is more than one core", async ({
    page,
  }) => {
    host = await serveApp({ subPath: "/below/a/path/", ...mirror });
    const app = await openApp(page, host.url);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const cores = await page.evaluate(() => navigator.hardwareConcurrency);
    if (cores > 1) await expect(app.header).toContainText(/WASM · ([2-9]|\d\d) threads/);
    await expect(page.getByText(strings.notices.singleThread)).toHaveCount(0);
    await dropFiles(page, [fileOf("images", "chefer/catdog.png")]);
    await app.waitForMapOf("catdog.png");
    await expect(app.measure("faf")).toBeVisible();
  });
});
