// The same pipeline on WebGPU (in software where there is no GPU) gives the same numbers as on WASM.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { strings } from "../src/ui/strings.ts";
import { missing, witnesses } from "../tests/support/witnesses.ts";
import { type App, openApp } from "./support/app.ts";
import { dropFiles, fileOf } from "./support/pictures.ts";
import { recordWorkerAnswers, type WorkerAnswers, workerAnswers } from "./support/worker-answers.ts";

interface ZooEntry {
  readonly file: string;
  readonly model: string;
  readonly kind: string;
  readonly standard_softmax_attention: true | false | string;
  readonly inputs: readonly { readonly elem: number }[];
  readonly ops: Readonly<Record<string, number>>;
  readonly n_layers: number;
}

const tolerance = 1e-4;
const modelsAtMost = 3;

test.describe(`tiny Vision Transformers of the zoo${missing("models", "images", "zoo")}`, {
  tag: "@webgpu",
}, () => {
  test.skip(missing("models", "images", "zoo") !== "");

  for (const { file, model } of tinyTransformers())
    test(`${model}: the map and the scores are those of WASM`, async ({ page }) => {
      await recordWorkerAnswers(page);
      const app = await openApp(page);
      await dropFiles(page, [fileOf("images", "vit-explain/plane.png")]);
      await app.waitForMapOf("plane.png");
      await dropFiles(page, [fileOf("zoo", file)]);
      await expect(app.header).toContainText("own file");
      // With entries discarded, one at the border could fall to the other side by the last bit of a float.
      const onWasm = await newAnswers(page, () => app.slider("Discard ratio").fill("0"));
      await expect(app.header).toContainText(/WASM · \d+ thread/);

      const onGpu = await newAnswers(page, () => chooseWebGpu(app));
      await app.waitForMapOf("plane.png");
      expect(onGpu.values).toHaveLength(onWasm.values.length);
      expect(largestDifference(onGpu.values, onWasm.values)).toBeLessThanOrEqual(tolerance);
      const classes = Object.keys(onWasm.logits).map(Number);
      expect(Object.keys(onGpu.logits).map(Number)).toEqual(classes);
      const logits = ({ logits }: WorkerAnswers) => classes.map((index) => logits[index]);
      expect(largestDifference(logits(onGpu), logits(onWasm))).toBeLessThanOrEqual(tolerance);
      await expect(app.measure("faf").or(page.getByTestId("no-foreground"))).toBeVisible();
    });
});

/** Image classifiers in single precision whose attention is plain softmax nodes, one file a model. */
function tinyTransformers(): readonly ZooEntry[] {
  const index = join(witnesses.zoo, "zoo.json");
  if (!existsSync(index)) return [];
  const { files } = JSON.parse(readFileSync(index, "utf8")) as { readonly files: readonly ZooEntry[] };
  const fitting = files.filter(
    ({ file, kind, standard_softmax_attention, inputs, ops, n_layers }) =>
      kind === "vit" &&
      standard_softmax_attention === true &&
      inputs.length === 1 &&
      ops.Softmax >= n_layers &&
      !/fp16|int8/.test(file),
  );
  const chosen = new Map<string, ZooEntry>();
  for (const entry of fitting) if (!chosen.has(entry.model)) chosen.set(entry.model, entry);
  return [...chosen.values()].slice(0, modelsAtMost);
}

async function chooseWebGpu(app: App): Promise<void> {
  await app.pick(strings.header.backend, strings.backends.webgpu.label);
  await expect(app.header).toContainText(/WebGPU · \S+/, { timeout: 120_000 });
}

/** What the workers answer after `change`, once a new map has come. */
async function newAnswers(page: Page, change: () => Promise<void>): Promise<WorkerAnswers> {
  const { heatmaps } = await workerAnswers(page);
  await change();
  await expect
    .poll(async () => (await workerAnswers(page)).heatmaps, { timeout: 120_000 })
    .toBeGreaterThan(heatmaps);
  return workerAnswers(page);
}

/** Relative to the largest value. */
function largestDifference(a: readonly number[], b: readonly number[]): number {
  const scale = Math.max(...b.map(Math.abs));
  return Math.max(...a.map((value, index) => Math.abs(value - b[index]))) / scale;
}
