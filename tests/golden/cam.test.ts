// Eight CAM methods against pytorch-grad-cam on the tiny ViT and on a small convolutional network.
import { afterAll, describe, expect, test } from "vitest";
import { eigenCam, eigenCamMap } from "../../src/core/attribution/eigen-cam.ts";
import { eigenGradCam, eigenGradCamMap } from "../../src/core/attribution/eigen-grad-cam.ts";
import { elementWiseCam, elementWiseCamMap } from "../../src/core/attribution/element-wise-cam.ts";
import { gradCam, gradCamMap } from "../../src/core/attribution/grad-cam.ts";
import { gradCamPlusPlus, gradCamPlusPlusMap } from "../../src/core/attribution/grad-cam-plus-plus.ts";
import { hiresCam, hiresCamMap } from "../../src/core/attribution/hires-cam.ts";
import { layerCam, layerCamMap } from "../../src/core/attribution/layer-cam.ts";
import type { FeatureTensors } from "../../src/core/attribution/tensors.ts";
import { xGradCam, xGradCamMap } from "../../src/core/attribution/x-grad-cam.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { upsample } from "../../src/core/vision/upsample.ts";
import { evaluate } from "../support/evaluate.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { cnnValues, goldenCnn } from "../support/golden-cnn.ts";
import { goldenSeed } from "../support/golden-gradients.ts";
import { goldenVit } from "../support/golden-vit.ts";
import { type VitWeights, vitValues } from "../support/golden-vit-parts.ts";
import { noteError } from "../support/measured-errors.ts";
import { oneHot, propagate } from "../support/relevance.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("golden");

interface Case {
  readonly layer?: string;
  readonly method: keyof typeof methods;
  readonly category: number;
  readonly map: GoldenArray;
  readonly raw: GoldenArray;
  /** Only with some methods. */
  readonly activations?: GoldenArray;
  readonly gradients?: GoldenArray;
}

interface Golden {
  readonly vit: readonly Case[];
  readonly cnn: readonly Case[];
  readonly cnn_weights: Readonly<Record<string, GoldenArray>>;
  readonly cnn_logits: GoldenArray;
}

/** By the golden's names: the method, and its map before the negative part is cut off. */
const methods = {
  gradcam: [gradCam, gradCamMap],
  gradcampp: [gradCamPlusPlus, gradCamPlusPlusMap],
  xgradcam: [xGradCam, xGradCamMap],
  hirescam: [hiresCam, hiresCamMap],
  layercam: [layerCam, layerCamMap],
  eigencam: [eigenCam, eigenCamMap],
  eigengradcam: [eigenGradCam, eigenGradCamMap],
  elementwise: [elementWiseCam, elementWiseCamMap],
} as const;

const errors: Record<string, { raw: number; shown: number }> = {};

describe.skipIf(skipped)(`CAM methods${skipped}`, () => {
  const golden = skipped ? undefined : readGolden<Golden>("gradcam.json");
  const { input, weights } = skipped
    ? { input: undefined, weights: {} }
    : readGolden<{ input: GoldenArray; weights: VitWeights }>("model_weights.json");
  const picture = () => ({ dims: input!.shape, data: toNumbers(input!) });

  afterAll(() => {
    for (const [name, { raw, shown }] of Object.entries(errors))
      console.log(`${name}: raw ${raw.toExponential(1)}, shown ${shown.toExponential(1)}`);
  });

  const cases = [
    ...(golden?.vit ?? []).map((each) => ["ViT", each.layer!, each.method, each.category, each] as const),
    ...(golden?.cnn ?? []).map((each) => ["CNN", "c3", each.method, each.category, each] as const),
  ];

  test("has every method on both networks", () => {
    for (const network of ["ViT", "CNN"]) {
      const names = cases.filter(([name]) => name === network).map(([, , method]) => method);
      expect([...new Set(names)].sort()).toEqual(Object.keys(methods).sort());
    }
  });

  test("the convolutional network is the golden's", () => {
    const run = evaluate(goldenCnn(golden!.cnn_weights), { [cnnValues.picture]: picture() }, [
      cnnValues.logits,
    ]);
    expect(relativeError(run[cnnValues.logits]!.data, toNumbers(golden!.cnn_logits))).toBeLessThan(1e-6);
  });

  test.each(cases)("%s, %s: %s of class %d", (network, layer, name, _, expected) => {
    const [method, mapOf] = methods[name];
    const features =
      network === "ViT"
        ? tokenFeatures(goldenVit({ weights }), picture(), tokensOf(layer), expected)
        : mapFeatures(goldenCnn(golden!.cnn_weights), picture(), expected, golden!.cnn_logits.shape[1]!);
    for (const [actual, given] of [
      [features.activation, expected.activations],
      [features.gradient, expected.gradients],
    ] as const)
      if (given !== undefined) expect(relativeError(actual, toNumbers(given))).toBeLessThan(1e-5);
    const map = mapOf(features);
    const shown = method.explainer({ features })({ layer: 0 });
    expect(Array.from(shown)).toEqual(Array.from(map, (value) => Math.max(value, 0)));
    const raw = signedAs(expected, map);
    const found = {
      raw: relativeError(raw, toNumbers(expected.raw)),
      shown: relativeError(libraryMap(raw, expected), toNumbers(expected.map)),
    };
    errors[name] ??= { raw: 0, shown: 0 };
    for (const key of ["raw", "shown"] as const) errors[name][key] = Math.max(errors[name][key], found[key]);
    // The golden itself was computed in single precision, where sums of a channel near zero are not exact.
    const tolerance = name === "gradcampp" || name === "xgradcam" ? 1e-3 : 1e-4;
    expect(noteError(method.id, "tiny", found.raw)).toBeLessThan(tolerance);
    expect(found.shown).toBeLessThan(tolerance);
  });

  test("some cases hold what the maps are made of", () => {
    expect(cases.some(([, , , , { activations, gradients }]) => activations && gradients)).toBe(true);
  });
});

/** The library leaves the sign of singular vectors to chance. */
function signedAs({ method, raw }: Case, map: Float64Array): Float64Array {
  if (!method.startsWith("eigen")) return map;
  const expected = toNumbers(raw);
  const product = map.reduce((sum, value, i) => sum + value * expected[i]!, 0);
  return product < 0 ? map.map((value) => -value) : map;
}

/** As the library shows it: positive part from 0 to 1, enlarged, and from 0 to 1 again. */
function libraryMap(raw: Float64Array, expected: Case): Float64Array {
  const [rows, columns] = expected.raw.shape.slice(-2) as [number, number];
  const [height, width] = expected.map.shape.slice(-2) as [number, number];
  const small = fromZeroToOne(raw.map((value) => Math.max(value, 0)));
  const large = upsample(Float32Array.from(small), columns, rows, width, height, "bilinear");
  return fromZeroToOne(Float64Array.from(large));
}

function fromZeroToOne(map: Float64Array): Float64Array {
  const least = Math.min(...map);
  const range = 1e-7 + Math.max(...map) - least;
  return map.map((value) => (value - least) / range);
}

/** `blocks.2.norm1` or `blocks.2(output)` */
function tokensOf(layer: string): string {
  const block = Number(/\d+/.exec(layer)![0]);
  return layer.endsWith("norm1") ? `blocks.${block}.n1` : vitValues.blockInput(block + 1);
}

type Picture = { readonly dims: readonly number[]; readonly data: Float64Array };

/** From `[1,N,C]`, without what comes before the patches. */
function tokenFeatures(model: OnnxModel, picture: Picture, name: string, expected: Case): FeatureTensors {
  const feeds = { [vitValues.picture]: picture };
  const [rows, columns] = expected.raw.shape.slice(-2) as [number, number];
  const { dims, data } = evaluate(model, feeds, [name])[name]!;
  const [tokens, channels] = dims.slice(-2) as [number, number];
  const cells = rows * columns;
  const turned = (values: ArrayLike<number>) =>
    Float64Array.from({ length: channels * cells }, (_, at) => {
      return values[(tokens - cells + (at % cells)) * channels + Math.floor(at / cells)]!;
    });
  const seed = goldenSeed(expected.category);
  const arrived = propagate({ model, feeds, rules: gradient, from: vitValues.logits, seed, wanted: [name] });
  return { activation: turned(data), gradient: turned(arrived[name]!), channels, rows, columns };
}

/** From `[1,C,h,w]`. */
function mapFeatures(
  model: OnnxModel,
  picture: Picture,
  { category }: Case,
  classes: number,
): FeatureTensors {
  const feeds = { [cnnValues.picture]: picture };
  const name = cnnValues.lastConvolution;
  const { dims, data } = evaluate(model, feeds, [name])[name]!;
  const [channels, rows, columns] = dims.slice(-3) as [number, number, number];
  const seed = oneHot(classes, category);
  const arrived = propagate({ model, feeds, rules: gradient, from: cnnValues.logits, seed, wanted: [name] });
  return { activation: Float64Array.from(data), gradient: arrived[name]!, channels, rows, columns };
}
