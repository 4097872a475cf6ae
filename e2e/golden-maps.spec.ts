// What the page shows is what the authors' code computes: classes and maps of real photographs, read off the screen.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { strings } from "../src/ui/strings.ts";
import { missing, witnesses } from "../tests/support/witnesses.ts";
import { type App, openApp } from "./support/app.ts";
import { fileOf } from "./support/pictures.ts";
import { recordWorkerAnswers, workerAnswers } from "./support/worker-answers.ts";

interface Golden {
  /** Ends in `<folder>/<file>` below the images' folder. */
  readonly image: string;
  readonly preprocessing: string;
  readonly top10: readonly { readonly name: string; readonly prob: number }[];
  readonly maps: readonly {
    readonly method: string;
    readonly variant?: string;
    readonly head_fusion?: string;
    readonly discard?: number;
    readonly map: readonly number[];
  }[];
}

/** Of the map's maximum. Where entries are discarded, one at the border can fall to the other side. */
const toleranceOf = (discard: number): number => (discard === 0 ? 1e-3 : 2e-3);
/** A colour map has 256 colours. */
const greyStep = 1 / 255 + 1e-6;
/** Where one did, the order of the patches must still be the same but for near ties. */
const rankCorrelationAtLeast = 0.999;

test.describe(`the photographs of the goldens${missing("models", "images", "goldenReal")}`, () => {
  test.skip(missing("models", "images", "goldenReal") !== "");

  test("DeiT's own framing: classes, and rollout with rows that stay probabilities", async ({ page }) => {
    await recordWorkerAnswers(page);
    const app = await openApp(page);
    for (const golden of goldens("deit_eval248")) {
      const file = await show(app, golden);
      await compareClasses(app, golden);
      await showGreyPatches(app);
      for (const discard of [0, 0.5, 0.9]) {
        await app.slider("Discard ratio").fill(String(discard));
        await compareMap(app, file, findMap(golden, "row_normalised", "mean", discard), discard, "lowest");
      }
    }
  });

  test("the vit-explain preset: that script's picture, classes and map, bug for bug", async ({ page }) => {
    await recordWorkerAnswers(page);
    const app = await openApp(page);
    for (const golden of goldens("vitexplain_squash_half")) {
      const file = await show(app, golden);
      const preset = strings.method.presetNames["vit-explain"].label;
      await app.choice(strings.method.presets, preset).click();
      await app.waitForMapOf(file);
      await showGreyPatches(app);
      await app.choice(strings.view.scaleStart, strings.view.scaleStarts.zero.label).click();
      await compareClasses(app, golden);
      await compareMap(app, file, findMap(golden, "as_written", "max", 0.9), 0.9, "zero");
    }
  });
});

/** Those whose picture is there. */
function goldens(preprocessing: string): readonly Golden[] {
  const found = existsSync(witnesses.goldenReal)
    ? readdirSync(witnesses.goldenReal).filter((name) => name.endsWith(".json"))
    : [];
  return found
    .map((name) => JSON.parse(readFileSync(join(witnesses.goldenReal, name), "utf8")) as Golden)
    .filter((golden) => golden.preprocessing === preprocessing)
    .filter((golden) => existsSync(join(witnesses.images, imagePath(golden))));
}

function imagePath({ image }: Golden): string {
  return image.split("/").slice(-2).join("/");
}

function findMap(golden: Golden, variant: string, fusion: string, discard: number): readonly number[] {
  const found = golden.maps.find(
    (map) =>
      map.method === "rollout" &&
      map.variant === variant &&
      map.head_fusion === fusion &&
      map.discard === discard,
  );
  if (found === undefined) throw new Error(`no ${variant} map for ${golden.image}`);
  return found.map;
}

async function show(app: App, golden: Golden): Promise<string> {
  const file = fileOf("images", imagePath(golden));
  await app.chooseFile(file);
  await app.waitForMapOf(file.name);
  return file.name;
}

/** One grey square a patch: the map's values can be read off the canvas. */
async function showGreyPatches(app: App): Promise<void> {
  await app.pick(strings.view.colourMap, "Grey");
  await app.choice(strings.view.interpolation, strings.view.interpolations.nearest.label).click();
  await expect(app.heatmap).toHaveAttribute("data-interpolation", "nearest");
}

async function compareClasses(app: App, { top10 }: Golden): Promise<void> {
  const shown = await app.topClasses();
  expect(shown.map(({ label }) => label)).toEqual(top10.slice(0, 5).map(({ name }) => name));
  shown.forEach(({ percent }, place) => {
    expect(Math.abs(percent - 100 * top10[place].prob)).toBeLessThanOrEqual(0.16);
  });
}

/** The worker's numbers are those of the golden, and the greys on the screen are the worker's numbers. */
async function compareMap(
  app: App,
  title: string,
  golden: readonly number[],
  discard: number,
  start: "lowest" | "zero",
): Promise<void> {
  await app.waitForMapOf(title);
  const peak = Math.max(...golden);
  await expect
    .poll(async () => {
      const { values } = await workerAnswers(app.page);
      const largest = Math.max(...values);
      const apart = values.map((value, patch) => Math.abs(value / largest - golden[patch] / peak));
      const isSameOrder = discard > 0 && rankCorrelation(values, golden) >= rankCorrelationAtLeast;
      return Math.max(...apart) <= toleranceOf(discard) || isSameOrder;
    })
    .toBe(true);
  const { values } = await workerAnswers(app.page);
  const low = start === "zero" ? 0 : Math.min(...values);
  const range = Math.max(...values) - low;
  await expect
    .poll(async () => {
      const greys = await readPatches(app, Math.sqrt(values.length));
      return Math.max(...greys.map((grey, patch) => Math.abs(grey / 255 - (values[patch] - low) / range)));
    })
    .toBeLessThanOrEqual(greyStep);
}

/** Spearman's coefficient. */
function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [ranksOfA, ranksOfB] = [ranks(a), ranks(b)];
  const squares = ranksOfA.reduce((sum, rank, index) => sum + (rank - ranksOfB[index]) ** 2, 0);
  return 1 - (6 * squares) / (a.length * (a.length ** 2 - 1));
}

function ranks(values: readonly number[]): readonly number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a] - values[b]);
  const ranked = new Array<number>(values.length);
  order.forEach((index, rank) => {
    ranked[index] = rank;
  });
  return ranked;
}

/** The grey in the middle of each patch, row-major. */
function readPatches(app: App, side: number): Promise<readonly number[]> {
  return app.heatmap.evaluate((element, count) => {
    const canvas = element as HTMLCanvasElement;
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("no 2d context");
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({ length: count * count }, (_, patch) => {
      const x = Math.floor((((patch % count) + 0.5) * canvas.width) / count);
      const y = Math.floor(((Math.floor(patch / count) + 0.5) * canvas.height) / count);
      return data[4 * (y * canvas.width + x)];
    });
  }, side);
}
