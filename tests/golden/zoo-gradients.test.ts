// Every file of the exporter zoo through the product's own code: attention, feature maps and gradients equal
// PyTorch's, or a typed error and a sentence say what is not possible and why.
import { afterAll, describe, expect, it } from "vitest";
import { dissect } from "../../src/core/anatomy/dissect.ts";
import { dissectClassifier, sayWhatIsPossible } from "../../src/core/anatomy/dissect-classifier.ts";
import { gradCamMap } from "../../src/core/attribution/grad-cam.ts";
import { differentiate } from "../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { isXaiError } from "../../src/core/errors.ts";
import {
  attentionOf,
  compare,
  matchLayers,
  namesOfLayer,
  otherAttentionOf,
  recordedLayers,
  recordedMap,
  tensorsOf,
  type ZooErrors,
} from "../autodiff/zoo-comparison.ts";
import { openZooFile, runZooPass, type ZooCase, type ZooForm } from "../autodiff/zoo-pass.ts";
import { expectedReason } from "../autodiff/zoo-reasons.ts";
import { expectSlopes } from "../autodiff/zoo-slopes.ts";
import { createZooTable } from "../autodiff/zoo-table.ts";
import { relativeError } from "../support/golden.ts";
import { missing } from "../support/witnesses.ts";
import { isFused, isQuantised, showsAttention, type ZooEntry, zooEntries } from "../support/zoo.ts";

const entries = zooEntries();
const table = createZooTable(entries);

/** Graphs as they come have gradients too, unless operators are fused. */
const forms: readonly ZooForm[] = ["canonical", "exported"];
const inForms = (isWanted: (entry: ZooEntry) => boolean) =>
  forms.flatMap((form) =>
    entries
      .filter((entry) => isWanted(entry) && !isQuantised(entry) && (form === "canonical" || !isFused(entry)))
      .map((entry) => ({ file: entry.file, form, entry })),
  );

const isConvolutional = ({ kind }: ZooEntry) => kind === "cnn";
const isRefused = (entry: ZooEntry) => !showsAttention(entry) && !isConvolutional(entry);

describe.skipIf(missing("zoo") !== "")(`gradients of exported models${missing("zoo")}`, () => {
  afterAll(() => console.log(table.text()));

  it.each(inForms(showsAttention))("$file, $form: attention, scores and picture", async ({ entry, form }) => {
    const zoo = openZooFile(entry, form);
    const pass = await runZooPass(zoo, (dissected) =>
      [...attentionOf(dissected, zoo), ...otherAttentionOf(dissected, zoo)].flat(),
    );
    expect(pass.dissected.kind).toBe("transformer");
    const own = attentionOf(pass.dissected, zoo);
    const layers = recordedLayers(zoo);
    // The picture's layers come first, each of them the anatomy's layer of that number; a text tower's come after.
    const matched = new Map([
      ...own.map((candidate, layer) => [layer, candidate] as const),
      ...matchLayers(zoo, pass, otherAttentionOf(pass.dissected, zoo), layers.slice(own.length)),
    ]);
    if (entry.kind === "vit") expect(own).toHaveLength(layers.length);
    expect([...matched.keys()].sort((a, b) => a - b)).toEqual(layers);
    const errors = compare(zoo, pass, (klass) =>
      [...matched].flatMap(([layer, tensors]) => namesOfLayer(tensors, layer, klass)),
    );
    table.note(entry, form, errors);
    expectClose(errors, zoo);
  });

  it.each(inForms(isConvolutional))(
    "$file, $form: feature map, Grad-CAM, picture",
    async ({ entry, form }) => {
      const zoo = openZooFile(entry, form);
      const pass = await runZooPass(zoo, ({ featureMaps }) => featureMaps.map(({ tensor }) => tensor));
      expect(pass.dissected.kind).toBe("convolutional");
      const found = recordedMap(zoo, pass, pass.dissected.featureMaps);
      expect(found, "the recorded feature map among those of the anatomy").not.toBeNull();
      const { logits, gradients } = compare(zoo, pass, () => []);
      const errors = {
        logits,
        values: found!.errors.values,
        gradients: Math.max(found!.errors.gradients, gradients),
      };
      table.note(entry, form, errors);
      expectClose(errors, zoo);
      for (const [klass, results] of pass.byClass) {
        const raw = gradCamMap(tensorsOf(found!.map, results));
        const witness = (name: string) =>
          zoo.reference.get(`cam.${name}.class${klass}`)!.data as Float64Array;
        expect(relativeError(raw, witness("gradcam_raw"))).toBeLessThan(zoo.tolerance);
        expect(relativeError(scaled(raw), witness("gradcam_minmax"))).toBeLessThan(10 * zoo.tolerance);
      }
    },
  );

  it.each(inForms(isRefused))(
    "$file, $form: a sentence, and Grad-CAM where it is possible",
    async ({ entry, form }) => {
      const zoo = openZooFile(entry, form);
      const { code, reason } = refusalOf(() => dissect(zoo.model));
      if (code === "anatomy/unsupported-input") return table.refuse(entry, `refused: ${reason}`);
      expect(code).toBe("anatomy/no-attention");
      expect(reason).toMatch(expectedReason(entry));
      const dissected = dissectedOrNull(zoo);
      if (entry.kind === "window") expect(dissected, "windows leave Grad-CAM possible").not.toBeNull();
      if (dissected === null) return table.refuse(entry, `refused: ${reason}`);
      const [attention, cam] = sayWhatIsPossible(dissected);
      expect(attention).toBe(`Attention maps: no, ${reason}.`);
      expect(cam).toMatch(/^Grad-CAM: yes, \d+ x \d+ cells\.$/);
      const pass = await runZooPass(zoo, ({ featureMaps }) => [
        ...featureMaps.map(({ tensor }) => tensor),
        ...otherAttentionOf(dissected, zoo).flat(),
      ]);
      const matched = matchLayers(zoo, pass, otherAttentionOf(dissected, zoo), recordedLayers(zoo));
      const errors = compare(zoo, pass, (klass) =>
        [...matched].flatMap(([layer, tensors]) => namesOfLayer(tensors, layer, klass)),
      );
      table.note(entry, form, errors, "Grad-CAM only");
      expectClose(errors, zoo);
      await expectSlopes(zoo, pass);
    },
  );

  it.each(entries.filter(isQuantised))("$file: no gradient through quantised operators", (entry) => {
    const zoo = openZooFile(entry, "exported");
    expect(codeOf(() => dissectClassifier(zoo.model))).toBe("anatomy/quantised");
    const seeds = [{ tensor: entry.target_output, upstream: { input: "seed" } }];
    const wanted = [entry.inputs.find(({ shape }) => shape.length === 4)!.name];
    const { inputShapes } = zoo;
    expect(codeOf(() => differentiate(zoo.model, { seeds, wanted, rules: gradient, inputShapes }))).toBe(
      "autodiff/no-rule",
    );
    table.refuse(entry, "refused: quantised");
  });
});

function dissectedOrNull({ model }: ZooCase) {
  try {
    return dissectClassifier(model);
  } catch (error) {
    if (isXaiError(error, "anatomy/no-attention")) return null;
    throw error;
  }
}

function refusalOf(run: () => unknown): { readonly code: string; readonly reason: string } {
  try {
    run();
  } catch (error) {
    const isRefusal =
      isXaiError(error, "anatomy/no-attention") || isXaiError(error, "anatomy/unsupported-input");
    if (isRefusal) return { code: error.code, reason: error.details.reason };
    throw error;
  }
  return { code: "no error", reason: "" };
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isXaiError(error)) return error.code;
    throw error;
  }
  return "no error";
}

function expectClose({ logits, values, gradients }: ZooErrors, { tolerance }: ZooCase): void {
  const isClose = (error: number) => error < tolerance;
  expect({ logits: isClose(logits), values: isClose(values), gradients: isClose(gradients) }).toEqual({
    ...{ logits: true, values: true, gradients: true },
  });
}

/** Negative parts cut, then from 0 to 1, as pytorch-grad-cam scales. */
function scaled(raw: Float64Array): Float64Array {
  const positive = raw.map((value) => Math.max(value, 0));
  const least = Math.min(...positive);
  const range = Math.max(...positive) - least;
  return positive.map((value) => (value - least) / (1e-7 + range));
}
