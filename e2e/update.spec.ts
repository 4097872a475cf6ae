// A newer version on the host: it is made ready beside the one in use, offered, and taken only when a person says so.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { strings } from "../src/ui/strings.ts";
import { type RunningHost, startStaticServer } from "../tools/static-server.ts";
import { writeServiceWorker } from "../tools/vite/service-worker.ts";
import { dist } from "./support/built-app.ts";
import { keptPaths, keptVersions, waitUntilKept } from "./support/kept-app.ts";

let folder = "";
let host: RunningHost;

test.beforeEach(async ({ context }) => {
  // Neither models nor hubs are needed to update the page.
  await context.route(/^https:/, (route) => route.abort("internetdisconnected"));
  folder = await mkdtemp(join(tmpdir(), "patchlight-update-"));
  await cp(dist, folder, { recursive: true, filter: (path) => !/(asyncify|jspi).*\.wasm$/.test(path) });
  await writeServiceWorker(folder);
  host = await startStaticServer({ folder, subPath: "/app/" });
});
test.afterEach(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

test("it is offered, the page stays as it is, and a press takes it", async ({ page, context }) => {
  await visit(page);
  await deploy("second");
  await askForNewer(page);
  await expect(page.getByText(strings.notices.newVersion)).toBeVisible();
  expect(await versionOf(page), "the page under the hands is the old one").toBe("first");
  expect(await keptVersions(page)).toHaveLength(2);

  const other = await context.newPage();
  await other.goto(host.url);
  await expect(other.getByText(strings.notices.newVersion)).toBeVisible();
  expect(await versionOf(other), "so is a page that is opened meanwhile").toBe("first");

  await offerOf(page).click();
  await expect.poll(() => versionOf(page)).toBe("second");
  await expect(page.getByText(strings.notices.newVersion)).toHaveCount(0);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await versionOf(other), "the other tab is left alone").toBe("first");
  await offerOf(other).click();
  await expect.poll(() => versionOf(other)).toBe("second");
});

test.describe("on a phone, in the dark", () => {
  test.use({ viewport: { width: 360, height: 740 }, colorScheme: "dark" });

  test("the offer is read aloud, reached and taken by keyboard, and flawless to axe", async ({ page }) => {
    await visit(page);
    await deploy("second");
    await askForNewer(page);
    const notice = page.getByRole("status", { name: strings.notices.title });
    await expect(notice).toContainText(strings.notices.newVersion);
    expect((await new AxeBuilder({ page }).include(".notices").analyze()).violations).toEqual([]);
    const { width } = (await notice.boundingBox()) ?? { width: 0 };
    expect(width).toBeLessThanOrEqual(360);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await offerOf(page).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => versionOf(page)).toBe("second");
  });
});

test("the offer can be dismissed; it comes again with the next visit", async ({ page }) => {
  await visit(page);
  await deploy("second");
  await askForNewer(page);
  const notice = page.getByRole("status", { name: strings.notices.title });
  await notice.getByRole("button", { name: strings.trouble.dismiss }).first().click();
  await expect(page.getByText(strings.notices.newVersion)).toHaveCount(0);
  await page.reload();
  await expect(page.getByText(strings.notices.newVersion)).toBeVisible();
  expect(await versionOf(page)).toBe("first");
});

test("when all tabs are closed the next visit is the newer version, and the old one is deleted", async ({
  page,
  context,
}) => {
  await visit(page);
  await deploy("second");
  await askForNewer(page);
  await expect(page.getByText(strings.notices.newVersion)).toBeVisible();
  await page.close();
  const later = await context.newPage();
  await expect
    .poll(async () => {
      await later.goto(host.url);
      return versionOf(later);
    })
    .toBe("second");
  await expect.poll(() => keptVersions(later)).toHaveLength(1);
});

test("the runtime in use goes along into the newer version, without another download", async ({ page }) => {
  await visit(page);
  await expect.poll(async () => (await keptPaths(page)).filter(isRuntime)).toHaveLength(1);
  await deploy("second");
  const before = host.requests.filter(isRuntime).length;
  await askForNewer(page);
  await expect(page.getByText(strings.notices.newVersion)).toBeVisible();
  expect((await keptPaths(page)).filter(isRuntime)).toHaveLength(2);
  expect(host.requests.filter(isRuntime)).toHaveLength(before);
});

test("a host in the middle of an update gives half of each version: the old one stays, and works", async ({
  page,
  context,
}) => {
  await visit(page);
  await deploy("second");
  await markVersion("third");
  expect(await askForNewer(page)).toBe("redundant");
  await expect(page.getByText(strings.notices.newVersion)).toHaveCount(0);
  await host.close();
  await context.setOffline(true);
  await page.reload();
  expect(await versionOf(page)).toBe("first");
  await expect(page.getByRole("banner")).toBeVisible();
});

/** Opens the first version and waits until it is kept. */
async function visit(page: Page): Promise<void> {
  await markVersion("first");
  await writeServiceWorker(folder);
  await page.goto(host.url);
  await waitUntilKept(page, folder);
}

/** Puts another version on the host. */
async function deploy(version: string): Promise<void> {
  await markVersion(version);
  await writeServiceWorker(folder);
}

async function markVersion(version: string): Promise<void> {
  const path = join(folder, "index.html");
  const page = (await readFile(path, "utf8")).replace(/<meta name="version"[^>]*>/, "");
  await writeFile(path, page.replace("</title>", `</title><meta name="version" content="${version}">`));
}

/**
 * What the browser does by itself with every visit, and the page after an hour.
 * @returns what became of the newer service worker: `installed` waits, `redundant` was given up.
 */
async function askForNewer(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const newer = new Promise<ServiceWorker>((found) =>
      registration.addEventListener(
        "updatefound",
        () => registration.installing && found(registration.installing),
      ),
    );
    registration.update().catch(() => {});
    const worker = await newer;
    while (worker.state === "installing")
      await new Promise((changed) => worker.addEventListener("statechange", changed, { once: true }));
    return worker.state;
  });
}

async function versionOf(page: Page): Promise<string | null> {
  return page.locator('meta[name="version"]').getAttribute("content");
}

function offerOf(page: Page) {
  return page.getByRole("button", { name: strings.notices.reloadToUpdate });
}

function isRuntime(path: string): boolean {
  return path.endsWith(".wasm");
}
