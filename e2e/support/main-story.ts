// The story the app is for, step by step: give a picture, see what the model looked at, tune it live, read the shares.
import { expect, type Page, test } from "@playwright/test";
import { strings } from "../../src/ui/strings.ts";
import { type App, changedPixels, openApp, pixelsOf } from "./app.ts";
import { dropFiles, fileOf } from "./pictures.ts";
import { forgetWorkerCalls, recordWorkerCalls, workerCalls } from "./worker-calls.ts";

const catAndDog = "chefer/catdog.png";

/** Tells the whole story on a fresh page; it needs both models and the photographs. @param url where the app is served. */
export async function tellMainStory(page: Page, url?: string): Promise<App> {
  await recordWorkerCalls(page);
  const app = await test.step("open", () => openApp(page, url));
  await test.step("model, backend, samples and a first map are in sight", () => looksReady(app));
  await test.step("drop a picture anywhere", async () => {
    const picture = app.stage.locator(".lightbox > canvas").first();
    const before = await pixelsOf(picture);
    await dropFiles(page, [fileOf("images", catAndDog)]);
    await app.waitForMapOf("catdog.png");
    expect(await pixelsOf(picture), "the map lies over the new picture").not.toBe(before);
  });
  await test.step("read the five classes", () => readClasses(app));
  await test.step("read FAF and BAF, and choose what counts", () => readForeground(app));
  await test.step("tune the map: the numbers follow, no model runs", () => tune(app));
  await test.step("squash: the whole picture is shown, the model runs again", () => squash(app));
  await test.step("the timings of every stage are in sight", () => readTimings(app));
  return app;
}

async function looksReady(app: App): Promise<void> {
  await expect(app.header).toContainText("DeiT-Tiny");
  await expect(app.header).toContainText(/WASM · \d+ threads?/);
  await expect(app.pictures.getByText(strings.pictures.dropHint)).toBeVisible();
  await expect(app.pictures.locator("img").first()).toBeVisible();
  await expect(app.heatmap).toBeVisible();
  for (const panel of [app.classes, app.method, app.foreground]) await expect(panel).toBeVisible();
}

async function readClasses(app: App): Promise<void> {
  const classes = await app.topClasses();
  const percents = classes.map(({ percent }) => percent);
  expect(percents).toEqual([...percents].sort((a, b) => b - a));
  expect(percents[0]).toBeGreaterThan(1);
  expect(percents.reduce((sum, percent) => sum + percent, 0)).toBeLessThanOrEqual(100.5);
}

async function readForeground(app: App): Promise<void> {
  const { instances, measure, numberOf, outline } = app;
  await expect(measure("faf")).toBeVisible();
  await expect(app.foreground.getByRole("checkbox", { name: /^cat, score (1\.00|0\.9\d)/ })).toBeChecked();
  await expect(app.foreground.getByRole("checkbox", { name: /^dog, score (1\.00|0\.9\d)/ })).toBeChecked();
  const [faf, baf, area, lift] = await Promise.all(
    (["faf", "baf", "area", "lift"] as const).map((name) => numberOf(measure(name))),
  );
  expect(faf + baf).toBeCloseTo(1, 2);
  expect(lift).toBeCloseTo(faf / area, 1);

  const whole = await outline.getAttribute("d");
  await app.foreground.getByRole("checkbox", { name: /^dog/ }).press("Space");
  await expect.poll(() => numberOf(measure("area"))).toBeLessThan(area);
  expect(await numberOf(measure("faf"))).toBeLessThan(faf);
  expect(await outline.getAttribute("d")).not.toBe(whole);

  await app.foreground.getByRole("button", { name: strings.foreground.none }).click();
  await expect(app.foreground.getByText(strings.foreground.noneChosen)).toBeVisible();
  await expect(measure("faf")).toHaveCount(0);
  await app.foreground.getByRole("button", { name: strings.foreground.all }).click();
  await expect.poll(() => numberOf(measure("faf"))).toBeCloseTo(faf, 3);
  expect(await instances.count()).toBeGreaterThanOrEqual(2);
}

async function tune(app: App): Promise<void> {
  const { page, heatmap, measure } = app;
  await forgetWorkerCalls(page);
  const before = await app.heatmapPixels();
  const faf = await measure("faf").textContent();
  await app.slider("Discard ratio").fill("0");
  await changedPixels(heatmap, before);
  await expect(measure("faf")).not.toHaveText(faf ?? "");
  await app.slider("Discard ratio").fill("0.9");
  await expect(measure("faf")).toHaveText(faf ?? "");
  const calls = await workerCalls(page);
  expect(calls.length).toBeGreaterThan(0);
  expect(calls.filter((call) => call !== "explain.explain")).toEqual([]);
}

async function squash(app: App): Promise<void> {
  const { page } = app;
  await forgetWorkerCalls(page);
  const before = await app.heatmapPixels();
  await app.choice(strings.stage.framing, strings.stage.framings.squash.label).click();
  await changedPixels(app.heatmap, before);
  await app.waitForMapOf("catdog.png");
  expect(await workerCalls(page)).toContain("explain.classify");
  expect(await workerCalls(page), "the objects are known already").not.toContain("segment.segment");
  await expect(app.measure("faf")).toBeVisible();
}

async function readTimings(app: App): Promise<void> {
  const timings = app.header.getByRole("definition");
  await expect(timings).toHaveCount(Object.keys(strings.timings).length);
  for (const text of await timings.allTextContents()) expect(text).toMatch(/^[\d.]+ m?s$/);
}
