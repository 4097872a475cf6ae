// The built demo on the plainest of hosts: a folder of files below a sub-path, no headers, the models laid beside the page.
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { strings } from "../src/ui/strings.ts";
import { missing, witnesses } from "../tests/support/witnesses.ts";
import { layMirror } from "../tools/lay-mirror.ts";
import { type RunningHost, startStaticServer } from "../tools/static-server.ts";
import { openApp } from "./support/app.ts";
import { dist } from "./support/built-app.ts";
import { keptPaths, waitUntilKept } from "./support/kept-app.ts";
import { tellMainStory } from "./support/main-story.ts";
import { watchForFaults } from "./support/page-faults.ts";
import { dropFiles, fileOf } from "./support/pictures.ts";

const subPath = "/people/demo/";
let folder = "";
let host: RunningHost;

test.describe(`below a sub-path, without headers${missing("models", "images")}`, () => {
  test.skip(missing("models", "images") !== "");

  test.beforeEach(async () => {
    // A copy, as a deployment is one: what is built meanwhile does not change it.
    folder = await mkdtemp(join(tmpdir(), "patchlight-demo-"));
    await cp(dist, folder, { recursive: true });
    await layMirror(witnesses.models, folder);
    host = await startStaticServer({ folder, subPath });
  });
  test.afterEach(async () => {
    await host.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("the main story, from the demo's own folder alone, without a fault", async ({ page }) => {
    const faults = watchForFaults(page);
    const strange: string[] = [];
    page.context().on("request", (request) => {
      if (!request.url().startsWith(host.url) && !request.url().startsWith("blob:"))
        strange.push(request.url());
    });
    await tellMainStory(page, host.url);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(strange, "nothing is asked for outside the demo's folder").toEqual([]);
    expect(faults).toEqual([]);
  });

  test("after one visit the whole story is told without a network", async ({ page, context }) => {
    await openApp(page, host.url);
    await expect(page.getByTestId("faf").or(page.getByTestId("no-foreground"))).toBeVisible();
    await waitUntilKept(page, folder);
    await page.close();
    await host.close();
    await context.setOffline(true);

    const later = await context.newPage();
    const faults = watchForFaults(later);
    const app = await tellMainStory(later, host.url);
    await expect(app.header).toContainText("from the cache");
    expect(await later.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(faults).toEqual([]);
  });

  test("one visit keeps the page and the runtime that was used, and nothing beyond that", async ({
    page,
  }) => {
    await openApp(page, host.url);
    await waitUntilKept(page, folder);
    await expect.poll(() => runtimesKept(page)).toEqual(["ort-wasm-simd-threaded.wasm"]);
    const paths = await keptPaths(page);
    expect(paths.filter((path) => /^models/.test(path))).toEqual([]);
    const inStore = await page.evaluate(async () => (await caches.keys()).sort());
    expect(inStore.map((name) => name.split(" ")[0])).toEqual(["patchlight-app", "patchlight-models-1"]);
  });

  test("the host is gone in the middle of a visit: the picture in hand is still explained", async ({
    page,
  }) => {
    const app = await openApp(page, host.url);
    await expect(page.getByTestId("faf").or(page.getByTestId("no-foreground"))).toBeVisible();
    await host.close();
    await dropFiles(page, [fileOf("images", "coral/pets.jpg")]);
    await app.waitForMapOf("pets.jpg");
    await expect(app.measure("faf")).toBeVisible();
    await expect(page.getByText(strings.notices.singleThread)).toHaveCount(0);
  });
});

/** Names of the WebAssembly files that are kept, without their hashes. */
async function runtimesKept(page: Page): Promise<readonly string[]> {
  const names = (await keptPaths(page)).filter((path) => path.endsWith(".wasm"));
  return names.map((path) => path.replace(/^assets\//, "").replace(/-[\w-]{8}\.wasm$/, ".wasm"));
}
