// A view travels: as a link, as a link with a small copy of the picture, and as a session file.
import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { strings } from "../src/ui/strings.ts";
import { missing } from "../tests/support/witnesses.ts";
import { type App, appOn, openApp } from "./support/app.ts";
import { dropFiles, fileOf } from "./support/pictures.ts";

const words = strings.share;
const pets = "coral/pets.jpg";

test.describe(`with both models${missing("models", "images")}`, () => {
  test.skip(missing("models", "images") !== "");

  test("the link of a sample restores the whole view, to the pixel", async ({ page, context }) => {
    const app = await openApp(page);
    await expect(app.heatmap).toBeVisible();
    const sample = app.pictures.getByRole("button", { pressed: false }).filter({ has: page.locator("img") });
    const title = (await sample.first().getAttribute("aria-label")) ?? "";
    await sample.first().click();
    await app.waitForMapOf(title);
    await changeEverything(app);
    const before = await lookOf(app);
    const link = await linkOf(page);
    expect(new URL(link).hash.length, "a sample's link is short").toBeLessThan(300);
    await expect.poll(() => page.url()).toBe(link);

    const other = await openLink(context, link);
    await other.waitForMapOf(title);
    await expect.poll(() => lookOf(other), { timeout: 60_000 }).toEqual(before);
    await expect(other.choice(strings.stage.framing, strings.stage.framings.squash.label)).toBeChecked();
    await expect.poll(() => other.page.url()).toBe(link);

    await other.page.reload();
    await expect.poll(() => lookOf(other), { timeout: 60_000 }).toEqual(before);
  });

  test("the link of one's own picture asks for the file, and knows it by its content", async ({
    page,
    context,
  }) => {
    const app = await openApp(page);
    await dropFiles(page, [fileOf("images", pets)]);
    await app.waitForMapOf("pets.jpg");
    await changeEverything(app);
    const before = await lookOf(app);
    const link = await linkOf(page);
    expect(link).toMatch(/file=pets\.jpg&sha256=[0-9a-f]{64}$/);

    const other = await openLink(context, link);
    await expect(other.page.getByRole("heading", { name: /pets\.jpg/ })).toBeVisible();
    await expect(other.heatmap).toHaveCount(0);
    await isAccessible(other.page);

    await dropFiles(other.page, [fileOf("images", "chefer/catdog.png")]);
    await other.waitForMapOf("catdog.png");
    await expect(other.page.getByText("catdog.png is not that file")).toBeVisible();
    expect(other.page.url(), "the link can be tried again").toBe(link);

    const renamed = { ...fileOf("images", pets), name: "IMG_0001.jpg" };
    await dropFiles(other.page, [renamed]);
    await other.waitForMapOf("IMG_0001.jpg");
    await expect(other.page.getByText("is not that file")).toHaveCount(0);
    await expect.poll(() => lookOf(other), { timeout: 60_000 }).toEqual(before);
  });

  test("a link with a small copy shows the picture, and no server hears of it", async ({ page, context }) => {
    const app = await openApp(page);
    await dropFiles(page, [fileOf("images", pets)]);
    await app.waitForMapOf("pets.jpg");
    await openShare(page);
    const dialog = page.getByRole("dialog");
    await dialog.getByText(words.include).click();
    await expect(dialog.getByRole("img", { name: words.copyPreview })).toBeVisible();
    await expect(dialog.getByTestId("copy-size")).toHaveText(/^\d+ × \d+ pixels, \d+ kB$/);
    const link = await dialog.getByRole("textbox", { name: words.link }).inputValue();
    expect(link.length).toBeLessThan(60_000);
    await isAccessible(page);

    const asked: string[] = [];
    context.on("request", (request) => asked.push(request.url() + (request.postData() ?? "")));
    const other = await openLink(context, link);
    await other.waitForMapOf("pets.jpg");
    const before = await lookOf(other);
    const copy = new URLSearchParams(new URL(link).hash.slice(1)).get("picture") ?? "";
    expect(copy.length).toBeGreaterThan(1000);
    expect(asked.filter((url) => url.includes(copy.slice(0, 40)))).toEqual([]);
    await other.page.reload();
    await expect.poll(() => lookOf(other), { timeout: 60_000 }).toEqual(before);
  });

  test("a session file holds the picture itself and gives the same pixels; a bad one is refused", async ({
    page,
    context,
  }, info) => {
    const app = await openApp(page);
    await dropFiles(page, [fileOf("images", pets)]);
    await app.waitForMapOf("pets.jpg");
    await changeEverything(app);
    const before = await lookOf(app);
    await openShare(page);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: words.saveSession }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe("pets.patchlight.zip");
    const path = info.outputPath("pets.patchlight.zip");
    await file.saveAs(path);

    const other = await openLink(context, "./");
    await expect(other.heatmap).toBeVisible({ timeout: 120_000 });
    await openShare(other.page);
    const chooser = other.page.waitForEvent("filechooser");
    await other.page.getByRole("button", { name: words.openSession }).click();
    await (await chooser).setFiles(path);
    await other.waitForMapOf("pets.jpg");
    await expect.poll(() => lookOf(other), { timeout: 60_000 }).toEqual(before);
    await expect(other.page.getByText(words.otherMap)).toHaveCount(0);

    const broken = readFileSync(path).subarray(0, 5000);
    await dropFiles(other.page, [{ name: "half.zip", mimeType: "application/zip", buffer: broken }]);
    await expect(other.alert).toContainText("half.zip");
    await expect(other.alert).toContainText("The session file is damaged");
    expect(await lookOf(other), "what is shown stays").toEqual(before);
  });

  test("the embed snippet shows the view inside another page", async ({ page }) => {
    const app = await openApp(page);
    await expect(app.heatmap).toBeVisible();
    await app.slider("Discard ratio").fill("0.5");
    await openShare(page);
    const snippet = await page.getByRole("dialog").getByRole("textbox", { name: words.embed }).inputValue();
    await page.route("**/embedding.html", (route) =>
      route.fulfill({ contentType: "text/html", body: `<!doctype html><title>Host</title>${snippet}` }),
    );
    await page.goto("embedding.html");
    const frame = page.frameLocator("iframe");
    await expect(frame.getByTestId("heatmap")).toBeVisible({ timeout: 120_000 });
    await frame
      .getByRole("tab", { name: strings.method.title })
      .or(frame.getByLabel("Discard ratio"))
      .first()
      .click();
    await expect(frame.getByRole("slider", { name: "Discard ratio" })).toHaveValue("0.5");
  });

  test("a damaged link opens the page and says what was left out", async ({ page }) => {
    const app = await openApp(page, "./#v=1&opacity=9&sample=nowhere&o.fusion=max&%%%=&method=rollout");
    await expect(app.heatmap).toBeVisible();
    await expect(page.getByText(/were not understood.*opacity/)).toBeVisible();
    await expect(page.getByText(/“nowhere”, which is not here/)).toBeVisible();
  });

  test.describe("a host that has lost a part of the page", () => {
    test.use({ serviceWorkers: "block" });
    test("costs a sentence, not the page", async ({ page }) => {
      const app = await openApp(page);
      await expect(app.heatmap).toBeVisible();
      await page.route("**/assets/ShareDialog-*.js", (route) => route.abort());
      await page.getByRole("button", { name: words.open, exact: true }).click();
      await expect(page.getByText(strings.notices.dialogMissing)).toBeVisible();
      await expect(app.heatmap).toBeVisible();
    });
  });

  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 360, height: 740 },
  ])
    for (const colorScheme of ["light", "dark"] as const)
      test.describe(`${viewport.width} px, ${colorScheme}`, () => {
        test.use({ viewport, colorScheme });
        test("the dialog works by keyboard and has nothing to complain about", async ({ page }) => {
          const app = await openApp(page);
          await expect(app.heatmap).toBeVisible();
          const button = page.getByRole("button", { name: words.open, exact: true });
          await button.focus();
          await page.keyboard.press("Enter");
          const dialog = page.getByRole("dialog", { name: words.title });
          await expect(dialog).toBeVisible();
          await isAccessible(page);
          const copy = dialog.getByRole("button", { name: words.copy });
          for (let presses = 0; presses < 10; presses++) {
            if (await copy.evaluate((element) => element === document.activeElement)) break;
            await page.keyboard.press("Tab");
          }
          await page.keyboard.press("Enter");
          await expect(dialog.getByRole("button", { name: words.copied })).toBeFocused();
          const link = await page.evaluate(() => navigator.clipboard.readText());
          expect(new URL(link).hash).toMatch(/^#v=1&sample=/);
          await page.keyboard.press("Escape");
          await expect(dialog).toHaveCount(0);
          await expect(button).toBeFocused();
        });
      });
});

/** Method, option, class, framing, colours, opacity, outline's objects: nothing stays as it was. */
async function changeEverything(app: App): Promise<void> {
  await app.chooseMethod("Gradient rollout");
  await app.slider("Discard ratio").fill("0.4");
  await app.choice(strings.stage.framing, strings.stage.framings.squash.label).click();
  await expect(app.measure("faf").or(app.page.getByTestId("no-foreground"))).toBeVisible();
  await app.classes.getByRole("listitem").nth(1).getByRole("button").first().click();
  await app.slider(strings.view.opacity).fill("0.7");
  await app.choice(strings.view.interpolation, strings.view.interpolations.nearest.label).click();
  await app.pick(strings.view.colourMap, "Viridis");
  const objects = app.instances;
  if ((await objects.count()) > 1) await objects.first().press("Space");
  await expect(app.page.getByText(strings.stage.stale, { exact: true })).toHaveCount(0);
}

/** All that is drawn and measured. */
async function lookOf(app: App): Promise<Readonly<Record<string, string | null>>> {
  const { heatmap, outline } = app;
  if ((await heatmap.count()) === 0) return {};
  const measures = app.page.getByTestId("faf");
  return {
    pixels: await app.heatmapPixels(),
    opacity: await heatmap.evaluate((element) => getComputedStyle(element).opacity),
    interpolation: await heatmap.getAttribute("data-interpolation"),
    outline: (await outline.count()) === 0 ? null : await outline.getAttribute("d"),
    faf: (await measures.count()) === 0 ? null : await measures.textContent(),
    method: (await heatmap.getAttribute("aria-label"))?.replace(/ over .*/, "") ?? null,
  };
}

async function openShare(page: Page): Promise<void> {
  await page.getByRole("button", { name: words.open, exact: true }).click();
  await expect(page.getByRole("dialog", { name: words.title })).toBeVisible();
}

/** The link that the dialog shows; closes it again. */
async function linkOf(page: Page): Promise<string> {
  await openShare(page);
  const link = await page.getByRole("dialog").getByRole("textbox", { name: words.link }).inputValue();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  return link;
}

async function openLink(context: BrowserContext, link: string): Promise<App> {
  const page = await context.newPage();
  await page.goto(link);
  return appOn(page);
}

async function isAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, "nothing scrolls sideways").toBeLessThanOrEqual(0);
}
