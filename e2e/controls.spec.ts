// Every control changes what it should at once, and none of them but the framing runs a model.
import { expect, type Page, test } from "@playwright/test";
import { colourMaps } from "../src/core/vision/colour-maps.ts";
import { strings } from "../src/ui/strings.ts";
import { missing } from "../tests/support/witnesses.ts";
import { type App, changedPixels, openApp } from "./support/app.ts";
import { fileOf } from "./support/pictures.ts";
import { forgetWorkerCalls, recordWorkerCalls, workerCalls } from "./support/worker-calls.ts";

test.describe(`with a picture explained${missing("models", "images")}`, () => {
  test.skip(missing("models", "images") !== "");

  test("each option of the method draws another map, and goes back to the first one", async ({ page }) => {
    const app = await openExplained(page);
    const { method, choice, slider } = app;
    const first = await app.heatmapPixels();

    for (const fusion of ["Max", "Min"]) {
      await changesMap(app, () => choice("Head fusion", fusion).click());
    }
    await changesMap(app, () => choice("Head fusion", "Mean").click());
    expect(await app.heatmapPixels()).toBe(first);

    for (const discard of ["0", "0.5", "0.99"])
      await changesMap(app, () => slider("Discard ratio").fill(discard));
    await changesMap(app, () => slider("Discard ratio").fill("0.9"));

    await changesMap(app, () => choice("Normalisation", "vit-explain").click());
    await changesMap(app, () => choice("Normalisation", "Rows").click());

    await changesMap(app, () => slider("Start layer").fill("6"));
    await changesMap(app, () => slider("Start layer").press("Home"));

    await method.getByRole("button", { name: "Heads", exact: true }).click();
    const head = method.getByRole("button", { name: /^Layer 11, head 0$/ });
    await changesMap(app, () => head.click());
    await expect(head).toHaveAttribute("aria-pressed", "false");
    await changesMap(app, () => method.getByRole("button", { name: strings.method.allHeads }).click());
    expect(await app.heatmapPixels()).toBe(first);

    const calls = await workerCalls(page);
    expect(calls.filter((call) => call !== "explain.explain")).toEqual([]);
  });

  test("the look of the map changes without asking a worker at all", async ({ page }) => {
    const app = await openExplained(page);
    for (const { label } of colourMaps.slice(1))
      await changesMap(app, () => app.pick(strings.view.colourMap, label));
    await changesMap(app, () => app.pick(strings.view.colourMap, colourMaps[0].label));
    await changesMap(app, () =>
      app.choice(strings.view.interpolation, strings.view.interpolations.nearest.label).click(),
    );
    await changesMap(app, () =>
      app.choice(strings.view.interpolation, strings.view.interpolations.smooth.label).click(),
    );
    await changesMap(app, () =>
      app.choice(strings.view.scaleStart, strings.view.scaleStarts.zero.label).click(),
    );

    await app.slider(strings.view.opacity).fill("0.2");
    await expect(app.heatmap).toHaveCSS("opacity", "0.2");
    await app.toggle(strings.view.overlay).press("Space");
    await expect(app.heatmap).toHaveCSS("opacity", "0");
    await page.keyboard.press("o");
    await expect(app.heatmap).toHaveCSS("opacity", "0.2");
    await expect(app.outline).toBeVisible();
    await app.toggle(strings.view.outline).press("Space");
    await expect(app.outline).toHaveCount(0);
    expect(await workerCalls(page)).toEqual([]);
  });

  test("the model's own pixels: exactly the crop that it saw", async ({ page }) => {
    const app = await openExplained(page);
    await app.choice(strings.stage.pixels, strings.stage.pixelChoices.model.label).click();
    const canvas = app.stage.locator("canvas.model-pixels");
    await expect(canvas).toBeVisible();
    expect(await canvas.evaluate(({ width, height }: HTMLCanvasElement) => [width, height])).toEqual([
      224, 224,
    ]);
  });

  test("the vit-explain preset changes settings, framing and colours in one go, and back", async ({
    page,
  }) => {
    const app = await openExplained(page);
    const first = await app.heatmapPixels();
    const { presetNames, presets } = strings.method;
    await changesMap(app, () => app.choice(presets, presetNames["vit-explain"].label).click());
    await expect(
      app.choice(strings.stage.framing, strings.stage.framings["vit-explain"].label),
    ).toBeChecked();
    await expect(app.choice("Head fusion", "Max")).toBeChecked();
    await expect(app.choice("Normalisation", "vit-explain")).toBeChecked();
    await expect(app.list(strings.view.colourMap)).toContainText("Jet");
    await expect(app.method.getByText(strings.method.presetNotes.rollout)).toBeVisible();

    await app.choice(presets, presetNames.correct.label).click();
    await app.waitForMapOf("pets.jpg");
    await expect.poll(() => app.heatmapPixels()).toBe(first);
  });

  test("the colour bar says what the colours mean", async ({ page }) => {
    const app = await openExplained(page);
    await expect(page.getByText(strings.map.legends.rollout)).toBeVisible();
    const scale = page.getByText(/^Colour scale from [\d.]+× to [\d.]+×$/);
    const before = await scale.textContent();
    await changesMap(app, () => app.slider("Discard ratio").fill("0"));
    await expect(scale).not.toHaveText(before ?? "");
  });
});

async function openExplained(page: Page): Promise<App> {
  await recordWorkerCalls(page);
  const app = await openApp(page);
  await app.chooseFile(fileOf("images", "coral/pets.jpg"));
  await app.waitForMapOf("pets.jpg");
  await expect(app.measure("faf")).toBeVisible();
  await forgetWorkerCalls(page);
  return app;
}

async function changesMap(app: App, change: () => Promise<void>): Promise<void> {
  const before = await app.heatmapPixels();
  await change();
  await changedPixels(app.heatmap, before);
}
