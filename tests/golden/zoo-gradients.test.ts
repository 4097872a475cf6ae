// Every file of the exporter zoo: gradients written into its graph equal PyTorch's, or a typed error says why not.
import { afterAll, describe, expect, it } from "vitest";
import { isXaiError } from "../../src/core/errors.ts";
import { ElementType } from "../../src/core/onnx/model.ts";
import {
  featureMapExpectations,
  picture,
  runZooCase,
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

type Kind = "transformer" | "convolutional" | "pending" | "refused";

/** From what the index says of a file: its kind and its operators. */
function kindOf(entry: ZooEntry): Kind {
  const operators = Object.keys(entry.ops);
  if (operators.some((operator) => quantised.test(operator))) return "refused";
  if (operators.some((operator) => fused.test(operator))) return "pending";
  return entry.kind === "cnn" ? "convolutional" : "transformer";
}

function ofKind(kind: Kind): readonly ZooEntry[] {
  return entries.filter((entry) => kindOf(entry) === kind);
}

const rows: string[][] = [];

function note(entry: ZooEntry, errors: ZooErrors): void {
  const { logits, values, gradients } = errors;
  const largest = Math.max(logits, values, gradients);
  rows.push([entry.file, ...[values, gradients, largest].map((error) => error.toExponential(1))]);
}

describe.skipIf(missing("zoo") !== "")(`gradients of exported models${missing("zoo")}`, () => {
  afterAll(() => {
    const header = ["file", "attention", "gradient", "max error"];
    const lines = [header, ...rows].map(
      ([file, ...cells]) => `${file!.padEnd(52)}${cells.map((cell) => cell.padStart(10)).join("")}`,
    );
    const pending = ofKind("pending").map(({ file }) => `${file.padEnd(52)}   pending: fused operators`);
    console.log([...lines, ...pending, `${rows.length} of ${entries.length} files equal PyTorch`].join("\n"));
  });

  it.each(ofKind("transformer"))("$file: attention, scores and picture", async (entry) => {
    const zoo = open(entry);
    const errors = await runZooCase(zoo, transformerExpectations(zoo));
    note(entry, errors);
    expectClose(errors, zoo);
  });

  it.each(ofKind("convolutional"))("$file: feature map, Grad-CAM and picture", async (entry) => {
    const zoo = open(entry);
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

  it.each(ofKind("refused"))("$file: no gradient through quantised operators", async (entry) => {
    const zoo = open(entry);
    const error = await runZooCase(zoo, [picture(entry)]).catch((thrown: unknown) => thrown);
    expect(isXaiError(error, "autodiff/no-rule")).toBe(true);
  });
});

function open(entry: ZooEntry): ZooCase {
  const reference = readZooReference(entry);
  return { entry, reference, model: readZooModel(entry), feeds: zooFeeds(entry, reference) };
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
