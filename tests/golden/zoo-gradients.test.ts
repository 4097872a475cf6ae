// Every file of the exporter zoo: gradients written into its graph equal PyTorch's, or a typed error says why not.
import { afterAll, describe, expect, it } from "vitest";
import { isXaiError } from "../../src/core/errors.ts";
import { canonicalise } from "../../src/core/onnx/canonical/canonicalise.ts";
import { ElementType } from "../../src/core/onnx/model.ts";
import {
  featureMapExpectations,
  picture,
  runZooCase,
  shapesOf,
  transformerExpectations,
  type ZooCase,
  type ZooErrors,
} from "../autodiff/zoo-pass.ts";
import { relativeError } from "../support/golden.ts";
import { missing } from "../support/witnesses.ts";
import { readZooModel, readZooReference, type ZooEntry, zooEntries, zooFeeds } from "../support/zoo.ts";

const entries = zooEntries();
const quantised = /^(?:MatMulInteger|ConvInteger|(?:Dynamic)?QuantizeLinear|DequantizeLinear)$/;
const fused = /^(?:Attention|com\.microsoft::.*)$/;

const has = (entry: ZooEntry, operator: RegExp) => Object.keys(entry.ops).some((each) => operator.test(each));
const isQuantised = (entry: ZooEntry) => has(entry, quantised);
const isConvolutional = (entry: ZooEntry) => entry.kind === "cnn" && !isQuantised(entry);
const isTransformer = (entry: ZooEntry) => entry.kind !== "cnn" && !isQuantised(entry);

/** Graphs are differentiated as they come, and in canonical form, without which fused operators have no gradient. */
const forms = ["exported", "canonical"] as const;
const inForms = (kind: (entry: ZooEntry) => boolean) =>
  forms.flatMap((form) =>
    entries
      .filter((entry) => kind(entry) && (form === "canonical" || !has(entry, fused)))
      .map((entry) => ({ ...entry, form })),
  );

const rows = new Map<string, Record<(typeof forms)[number], readonly number[]>>();

function note({ file, form }: ZooEntry & { readonly form: (typeof forms)[number] }, errors: ZooErrors): void {
  const { logits, values, gradients } = errors;
  const known = rows.get(file) ?? { exported: [], canonical: [] };
  rows.set(file, { ...known, [form]: [values, gradients, Math.max(logits, values, gradients)] });
}

function table(): string {
  const header = ["file", "attention", "gradient", "max error", "canonical", "gradient", "max error"];
  const cells = (errors: readonly number[]) =>
    errors.length === 0 ? ["", "", ""] : errors.map((error) => error.toExponential(1));
  const lines = [...rows].map(([file, { exported, canonical }]) => [
    file,
    ...cells(exported),
    ...cells(canonical),
  ]);
  const written = [header, ...lines].map(
    ([file, ...rest]) => file!.padEnd(50) + rest.map((cell) => cell.padStart(11)).join(""),
  );
  const refused = entries.filter(isQuantised).map(({ file }) => `${file.padEnd(50)}  refused: quantised`);
  const count = `${rows.size} of ${entries.length} files equal PyTorch, ${refused.length} are refused with a typed error`;
  return [...written, ...refused, count].join("\n");
}

describe.skipIf(missing("zoo") !== "")(`gradients of exported models${missing("zoo")}`, () => {
  afterAll(() => console.log(table()));

  it.each(inForms(isTransformer))("$file, $form: attention, scores and picture", async (entry) => {
    const zoo = open(entry, entry.form);
    const errors = await runZooCase(zoo, await transformerExpectations(zoo));
    note(entry, errors);
    expectClose(errors, zoo);
  });

  it.each(inForms(isConvolutional))("$file, $form: feature map, Grad-CAM and picture", async (entry) => {
    const zoo = open(entry, entry.form);
    const expected = await featureMapExpectations(zoo);
    const errors = await runZooCase(zoo, expected);
    note(entry, errors);
    expectClose(errors, zoo);
    for (const klass of entry.classes) {
      const outputs = errors.computed.get(klass)!;
      const { tensor } = expected[0]!;
      const raw = gradCam(outputs[tensor]!, outputs[`gradient ${tensor}`]!);
      const witness = (name: string) => zoo.reference.get(`cam.${name}.class${klass}`)!.data as Float64Array;
      expect(relativeError(raw, witness("gradcam_raw"))).toBeLessThan(tolerance(zoo));
      expect(relativeError(scaled(raw), witness("gradcam_minmax"))).toBeLessThan(10 * tolerance(zoo));
    }
  });

  it.each(entries.filter(isQuantised))("$file: no gradient through quantised operators", async (entry) => {
    const zoo = open(entry, "exported");
    const error = await runZooCase(zoo, [picture(entry)]).catch((thrown: unknown) => thrown);
    expect(isXaiError(error, "autodiff/no-rule")).toBe(true);
  });
});

function open(entry: ZooEntry, form: (typeof forms)[number]): ZooCase {
  const reference = readZooReference(entry);
  const feeds = zooFeeds(entry, reference);
  const model = readZooModel(entry);
  const inputShapes = shapesOf(feeds);
  return {
    entry,
    reference,
    feeds,
    model: form === "exported" ? model : canonicalise(model, { inputShapes }),
  };
}

function expectClose({ logits, values, gradients }: ZooErrors, zoo: ZooCase): void {
  const close = tolerance(zoo);
  expect({ logits: logits < close, values: values < close, gradients: gradients < close }).toEqual({
    ...{ logits: true, values: true, gradients: true },
  });
}

function tolerance({ model }: ZooCase): number {
  const isHalf = model.graph.initializers.some(({ elementType }) => elementType === ElementType.float16);
  return isHalf ? 2e-2 : 1e-4;
}

interface FeatureMap {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** Sum over channels of the map times its mean gradient. */
function gradCam(map: FeatureMap, gradient: FeatureMap): Float64Array {
  const [, channels, rows, columns] = map.shape as readonly [number, number, number, number];
  const size = rows * columns;
  const cam = new Float64Array(size);
  for (let channel = 0; channel < channels; channel++) {
    let weight = 0;
    for (let pixel = 0; pixel < size; pixel++) weight += gradient.data[channel * size + pixel]! / size;
    for (let pixel = 0; pixel < size; pixel++) cam[pixel]! += weight * map.data[channel * size + pixel]!;
  }
  return cam;
}

/** Negative parts cut, then from 0 to 1, as pytorch-grad-cam scales. */
function scaled(raw: Float64Array): Float64Array {
  const positive = raw.map((value) => Math.max(value, 0));
  const least = Math.min(...positive);
  const range = Math.max(...positive) - least;
  return positive.map((value) => (value - least) / (1e-7 + range));
}
