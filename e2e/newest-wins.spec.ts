// Several wishes at once: the newest wins, what is stale never shows, and what runs can be cancelled.
import { expect, type Page, test } from "@playwright/test";
import { strings } from "../src/ui/strings.ts";
import { missing } from "../tests/support/witnesses.ts";
import { appOn, changedPixels, openApp } from "./support/app.ts";
import { holdRequests } from "./support/hold-requests.ts";
import { dropFiles, fileOf } from "./support/pictures.ts";

declare global {
  var seenTitles: string[] | undefined;
}

test.describe(`with slow and stale jobs${missing("models", "images")}`, () => {
  test.skip(missing("models", "images") !== "");

  test("of three pictures given at once only the last is ever shown", async ({ page }) => {
    const app = await openApp(page);
    await app.chooseFile(fileOf("images", "vit-explain/plane.png"));
    await app.waitForMapOf("plane.png");
    await watchTitles(page);
    for (const path of ["coral/parrot.jpg", "chefer/catdog.png", "coral/pets.jpg"])
      await dropFiles(page, [fileOf("images", path)]);
    await expect(app.heatmap, "the previous result stays meanwhile").toBeVisible();
    await app.waitForMapOf("pets.jpg");
    await expect(app.measure("faf")).toBeVisible();
    const shown = await page.evaluate(() => globalThis.seenTitles ?? []);
    expect(shown.filter((title) => /parrot|catdog/.test(title))).toEqual([]);
    expect(shown.some((title) => title.includes("pets.jpg"))).toBe(true);
  });

  test("a slider that is dragged all the way ends on the map of where it was let go", async ({ page }) => {
    const app = await openApp(page);
    await app.chooseFile(fileOf("images", "vit-explain/plane.png"));
    await app.waitForMapOf("plane.png");
    const slider = app.slider("Discard ratio");
    await slider.fill("0.4");
    const wanted = await settledPixels(app.heatmapPixels);
    await slider.fill("0.9");
    await settledPixels(app.heatmapPixels);
    await slider.focus();
    for (let step = 0; step < 50; step++) await page.keyboard.press("ArrowLeft", { delay: 4 });
    await expect(slider).toHaveValue("0.4");
    await expect.poll(() => app.heatmapPixels()).toBe(wanted);
  });

  test("loading a model can be cancelled and taken up again", async ({ page }) => {
    const gate = await holdRequests(page, "**/models-mirror/deit-tiny/**");
    await page.goto("./");
    const app = appOn(page);
    await expect(app.header).toBeVisible();
    await dropFiles(page, [fileOf("images", "vit-explain/plane.png")]);
    await expect(app.header).toContainText(/WASM · \d+ thread/);
    await app.stage.getByRole("button", { name: strings.progress.cancel }).click();
    await expect(app.stage.getByText("Cancelled.")).toBeVisible();
    gate.open();
    await app.stage.getByRole("button", { name: strings.trouble.retry }).click();
    await app.waitForMapOf("plane.png");
  });

  test("framing changed while the detector is still loading: the objects come all the same", async ({
    page,
  }) => {
    const gate = await holdRequests(page, "**/models-mirror/maskrcnn2go/**");
    const app = await openApp(page);
    await dropFiles(page, [fileOf("images", "coral/pets.jpg")]);
    await app.waitForMapOf("pets.jpg");
    const before = await app.heatmapPixels();
    await app.choice(strings.stage.framing, strings.stage.framings.squash.label).click();
    await changedPixels(app.heatmap, before);
    await app.waitForMapOf("pets.jpg");
    gate.open();
    await expect(app.measure("faf")).toBeVisible();
    await expect(app.alert).toHaveCount(0);
  });

  test("the search for objects can be cancelled; the map stays", async ({ page }) => {
    await page.context().route("**/models-mirror/maskrcnn2go/**", () => {});
    const app = await openApp(page);
    await dropFiles(page, [fileOf("images", "coral/pets.jpg")]);
    await app.foreground.getByRole("button", { name: strings.progress.cancel }).click();
    await expect(app.foreground.getByText("Cancelled.")).toBeVisible();
    await app.waitForMapOf("pets.jpg");
    await page.context().unrouteAll({ behavior: "ignoreErrors" });
    await app.foreground.getByRole("button", { name: strings.trouble.retry }).click();
    await expect(app.measure("faf")).toBeVisible();
  });
});

/** Notes every title that the map has from now on. */
async function watchTitles(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: string[] = [];
    globalThis.seenTitles = seen;
    const look = () => {
      const title = document.querySelector('[data-testid="heatmap"]')?.getAttribute("aria-label") ?? "";
      if (seen.at(-1) !== title) seen.push(title);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
}

/** What the map shows once it has stopped changing. */
async function settledPixels(read: () => Promise<string>): Promise<string> {
  let last = "";
  await expect
    .poll(
      async () => {
        const now = await read();
        const isSame = now === last;
        last = now;
        return isSame;
      },
      { intervals: [150] },
    )
    .toBe(true);
  return last;
}
