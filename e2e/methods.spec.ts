// The story of the methods: choose one, see whether it knows about classes, compare, trust it or not.
import { expect, type Page, test } from "@playwright/test";
import { strings } from "../src/ui/strings.ts";
import { missing } from "../tests/support/witnesses.ts";
import { type App, changedPixels, openApp } from "./support/app.ts";
import { fileOf } from "./support/pictures.ts";
import { forgetWorkerCalls, recordWorkerCalls, workerCalls } from "./support/worker-calls.ts";

const picture = "vit-explain/both.png";
/** ImageNet's names for what lies and sits in the picture. */
const dog = "Bullmastiff";
const cat = "tiger cat";

test.describe(`a dog and a cat${missing("models", "images")}`, () => {
  test.skip(missing("models", "images") !== "");

  test("gradient rollout looks at the dog for a dog's class, and at the cat for a cat's", async ({
    page,
  }) => {
    const app = await openDogAndCat(page);
    await app.chooseMethod("Gradient rollout");
    await app.waitForMapBy("Gradient rollout", dog);
    const forDog = await massOnEach(app);
    await app.classButton(cat).click();
    await app.waitForMapBy("Gradient rollout", cat);
    const forCat = await massOnEach(app);
    // Each as a multiple of what a uniform map would put there: the cat is the larger of the two.
    expect(forDog.dog, "dog's class").toBeGreaterThan(forDog.cat);
    expect(forCat.cat, "cat's class").toBeGreaterThan(forCat.dog);
    expect(forCat.cat).toBeGreaterThan(forDog.cat);
    expect(forDog.dog).toBeGreaterThan(forCat.dog);
  });

  test("the contrast of both classes: two hues, zero in the middle, the dog's against the cat's", async ({
    page,
  }) => {
    const app = await openDogAndCat(page);
    await app.chooseMethod("Gradient rollout");
    await app.pin(dog).click();
    await expect(app.classes.getByText(strings.classes.pinSecond)).toBeVisible();
    await app.pin(cat).click();
    await app.choice(strings.classes.compare, strings.classes.contrast.label).click();
    await app.waitForMapBy("Gradient rollout", `${dog} minus ${cat}`);
    await expect(page.getByText(/^Colour scale from −[\d.]+ to \+[\d.]+$/)).toBeAttached();
    await expect(page.getByText(new RegExp(`Red is more for ${dog}, blue more for ${cat}`))).toBeVisible();
    const mass = await massOnEach(app);
    expect(mass.dog, "what is above zero speaks for the dog").toBeGreaterThan(mass.cat);

    const before = await app.heatmapPixels();
    await app.pick(strings.view.colourMap, "Orange and purple");
    await changedPixels(app.heatmap, before);
    await app.choice(strings.classes.compare, strings.classes.onlyB.label).click();
    await app.waitForMapBy("Gradient rollout", cat);
  });

  test("a method that is the same for every class says so, and computes nothing", async ({ page }) => {
    const app = await openDogAndCat(page);
    const before = await app.heatmapPixels();
    await forgetWorkerCalls(page);
    await app.classButton(cat).click();
    const notice = app.classes.getByText(/Attention rollout is the same for every class/);
    await expect(notice).toBeVisible();
    expect(await app.heatmapPixels()).toBe(before);
    expect(await workerCalls(page)).toEqual([]);
    await app.chooseMethod("Gradient rollout");
    await app.waitForMapBy("Gradient rollout", cat);
    await expect(notice).toBeHidden();
  });

  test("methods on the same tensors switch without another run of the model", async ({ page }) => {
    const app = await openDogAndCat(page);
    await app.chooseMethod("Generic attention");
    const forward = await timing(app, strings.timings.forward);
    for (const label of ["Grad-SAM", "Gradient rollout", "Last layer's attention", "Generic attention"]) {
      await app.chooseMethod(label);
      expect(await timing(app, strings.timings.map), label).toBeLessThan(forward);
    }
    expect(await workerCalls(page)).not.toContain("explain.classify");
  });

  test("any class is found by name, and explained", async ({ page }) => {
    const app = await openDogAndCat(page);
    await app.chooseMethod("Gradient rollout");
    await app.openClasses();
    await app.classSearch.fill("boston t");
    await page.getByRole("option", { name: /^Boston Terrier/i }).click();
    await expect(app.classes.getByRole("listitem")).toHaveCount(6);
    await expect(app.heatmap).toHaveAttribute("aria-label", /for Boston Terrier over/i);
  });

  test("the difference between the vit-explain preset and the correct map", async ({ page }) => {
    const app = await openDogAndCat(page);
    const { presets, presetNames, difference } = strings.method;
    await app.choice(presets, presetNames["vit-explain"].label).click();
    await app.waitForMapOf("both.png");
    await expect(app.choice("Normalisation", "vit-explain")).toBeChecked();
    await app.toggle(difference).press("Space");
    await expect(app.heatmap).toHaveAttribute("aria-label", /settings minus the correct ones/);
    await expect(page.getByText(/^Colour scale from −[\d.]+× to \+[\d.]+×$/)).toBeAttached();
    await app.toggle(difference).press("Space");
    await expect(app.heatmap).not.toHaveAttribute("aria-label", /minus/);
    await app.choice(presets, presetNames.correct.label).click();
    await expect(app.toggle(difference)).toHaveCount(0);
  });
});

test.describe(`slow and shaky methods${missing("models", "images")}`, () => {
  test.skip(missing("models", "images") !== "");

  test("a slow one shows its progress and can be cancelled; the last map stays", async ({ page }) => {
    const app = await openDogAndCat(page);
    const before = await app.heatmapPixels();
    await app.openMethods();
    await page.getByRole("option", { name: "Integrated gradients", exact: true }).click();
    await expect(app.stage.getByText(/\d+ of \d+/)).toBeVisible();
    await expect(page.getByText(strings.stage.stale, { exact: true })).toBeVisible();
    expect(await app.heatmapPixels()).toBe(before);
    await app.stage.getByRole("button", { name: strings.progress.cancel }).click();
    await expect(app.stage.getByRole("status").getByText("Cancelled.")).toBeVisible();
    await app.chooseMethod("Attention rollout");
    expect(await app.heatmapPixels()).toBe(before);
  });

  test("integrated gradients say what they miss of their sum", async ({ page }) => {
    const app = await openDogAndCat(page);
    await app.openMethods();
    await page.getByRole("option", { name: "Integrated gradients", exact: true }).click();
    await app.slider("Steps").press("Home");
    await app.waitForMapBy("Integrated gradients");
    await expect(app.method.getByRole("term").filter({ hasText: "Completeness error" })).toBeVisible();
    await expect(page.getByText(/^Colour scale from ≤ −.* to ≥ \+/)).toBeAttached();
    await expect(app.measure("faf")).toBeVisible();
  });

  test("relevance offers a stability figure", async ({ page }) => {
    const app = await openDogAndCat(page);
    await app.chooseMethod("Transformer attribution");
    await app.method.getByRole("button", { name: strings.method.measureStability }).click();
    await expect(page.getByTestId("stability")).toHaveText(/^-?[01]\.\d\d$/);
    await app.chooseMethod("Attention rollout");
    await expect(page.getByTestId("stability")).toHaveCount(0);
  });

  test("every method's card names its formula, source, scope, caveats and licence", async ({ page }) => {
    const app = await openDogAndCat(page);
    await app.chooseMethod("Grad-CAM");
    await app.method.getByRole("button", { name: "About Grad-CAM" }).click();
    for (const name of Object.values(strings.method.card).slice(0, 5))
      await expect(app.method.getByRole("term").filter({ hasText: name })).toBeVisible();
    await expect(app.method.getByRole("link")).toHaveAttribute("href", /^https:/);
  });
});

async function openDogAndCat(page: Page): Promise<App> {
  await recordWorkerCalls(page);
  const app = await openApp(page);
  await app.chooseFile(fileOf("images", picture));
  await app.waitForMapOf("both.png");
  await expect(app.measure("faf")).toBeVisible();
  await forgetWorkerCalls(page);
  return app;
}

/** Lift of the shown map on the dog and on the cat alone, as Mask R-CNN cuts them out. */
async function massOnEach(app: App): Promise<{ readonly dog: number; readonly cat: number }> {
  const lifts = { dog: 0, cat: 0 };
  for (const kind of ["dog", "cat"] as const) {
    const area = await app.measure("area").textContent();
    await app.foreground.getByRole("button", { name: strings.foreground.none }).click();
    await expect(app.measure("area")).toHaveCount(0);
    await app.foreground
      .getByRole("checkbox", { name: new RegExp(`^${kind},`) })
      .first()
      .press("Space");
    await expect(app.measure("area")).not.toHaveText(area ?? "");
    lifts[kind] = await app.numberOf(app.measure("lift"));
  }
  return lifts;
}

/** A timing of the header in milliseconds. */
async function timing(app: App, name: string): Promise<number> {
  const text = await app.header
    .locator("div")
    .filter({ has: app.page.getByText(name, { exact: true }) })
    .getByRole("definition")
    .textContent();
  const [value, unit] = (text ?? "").split(" ");
  return Number(value) * (unit === "s" ? 1000 : 1);
}
