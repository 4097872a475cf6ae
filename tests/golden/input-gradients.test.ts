// Saliency, input times gradient and integrated gradients against captum's numbers on the tiny ViT, in double precision.
import { describe, expect, test } from "vitest";
import { inputXGradient } from "../../src/core/attribution/input-x-gradient.ts";
import { integratedGradients } from "../../src/core/attribution/integrated-gradients.ts";
import type { QuadratureRule } from "../../src/core/attribution/quadrature.ts";
import { saliency } from "../../src/core/attribution/saliency.ts";
import type { PictureVariant } from "../../src/core/attribution/tensors.ts";
import { channelSum } from "../support/channel-sum.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { createGradients, goldenInputPath, goldenPicture, goldenSeed } from "../support/golden-gradients.ts";
import { goldenSizes } from "../support/golden-sizes.ts";
import { goldenVit } from "../support/golden-vit.ts";
import { type VitWeights, vitValues } from "../support/golden-vit-parts.ts";
import { noteError } from "../support/measured-errors.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("golden");
const tolerance = 1e-9;

interface Integral {
  readonly n_steps: number;
  readonly map: GoldenArray;
  readonly delta: number;
}

type Case = {
  readonly category: number;
  readonly saliency_abs: GoldenArray;
  readonly input_x_gradient: GoldenArray;
} & {
  readonly [Name in `ig_${string}`]: Integral;
};

/** captum's names. */
const rules: Readonly<Record<string, QuadratureRule>> = {
  gausslegendre: "gauss-legendre",
  riemann_trapezoid: "trapezoid-captum",
  riemann_middle: "riemann-middle",
  riemann_left: "riemann-left",
  riemann_right: "riemann-right",
};

describe.skipIf(skipped)(`gradients at the picture${skipped}`, () => {
  const cases = skipped ? [] : readGolden<{ cases: Case[] }>("captum_ig.json").cases;
  const network = skipped
    ? undefined
    : { model: goldenVit({ weights: readGolden<{ weights: VitWeights }>("model_weights.json").weights }) };
  const picture = skipped ? undefined : { pixels: goldenPicture(), size: goldenSizes.side };

  test("has cases", () => expect(cases.length).toBeGreaterThan(0));

  test.each(cases.map((each) => [each.category, each] as const))("saliency, class %d", (category, golden) => {
    const [inputGradient] = createGradients(network!, [vitValues.picture])(goldenSeed(category));
    const sizes = toNumbers(golden.saliency_abs);
    const pixels = sizes.length / 3;
    const colours = [0, 1, 2].map((colour) => sizes.subarray(pixels * colour, pixels * (colour + 1)));
    const at = (pixel: number) => colours.map((colour) => colour[pixel]!);
    const explain = saliency.explainer({ inputGradient: inputGradient! });
    const error = (channels: "sum" | "mean-absolute" | "max-absolute", expected: (pixel: number) => number) =>
      relativeError(
        explain({ channels }),
        Float64Array.from({ length: pixels }, (_, pixel) => expected(pixel)),
      );
    const largest = error("max-absolute", (pixel) => Math.max(...at(pixel)));
    expect(noteError("saliency", "tiny", largest)).toBeLessThan(tolerance);
    expect(error("sum", (pixel) => at(pixel).reduce((a, b) => a + b))).toBeLessThan(tolerance);
    expect(error("mean-absolute", (pixel) => at(pixel).reduce((a, b) => a + b) / 3)).toBeLessThan(tolerance);
  });

  test.each(cases.map((each) => [each.category, each] as const))(
    "input x gradient, class %d",
    (category, golden) => {
      const [inputGradient] = createGradients(network!, [vitValues.picture])(goldenSeed(category));
      const explain = inputXGradient.explainer({ picture: picture!, inputGradient: inputGradient! });
      const expected = toNumbers(golden.input_x_gradient);
      const summed = relativeError(explain({ channels: "sum" }), channelSum(expected));
      expect(noteError("input-x-gradient", "tiny", summed)).toBeLessThan(tolerance);
      const sizes = channelSum(expected.map(Math.abs)).map((sum) => sum / 3);
      expect(relativeError(explain({ channels: "mean-absolute" }), sizes)).toBeLessThan(tolerance);
    },
  );

  test.each(
    cases.flatMap((golden) =>
      Object.entries(golden)
        .filter((entry): entry is [`ig_${string}`, Integral] => entry[0].startsWith("ig_"))
        .map(([name, integral]) => [name.slice(3), golden.category, integral] as const),
    ),
  )("integrated gradients by %s, class %d", (name, category, golden) => {
    const options = { rule: rules[name]!, steps: golden.n_steps, channels: "sum" } as const;
    const path = integratedGradients.variant!(options).path!;
    const errors = [path, roundedAsCaptum(path, name === "gausslegendre")].map((pictures) => {
      const inputPath = goldenInputPath(network!, goldenSeed(category), pictures);
      const tensors = { picture: picture!, inputPath };
      const map = integratedGradients.explainer(tensors)(options);
      const [sum, difference, error] = integratedGradients.figures!(map, tensors).map(({ value }) => value);
      expect(error).toBe(sum! - difference!);
      expect(Math.abs(error! - golden.delta)).toBeLessThan(1e-5);
      return relativeError(map, toNumbers(golden.map));
    });
    // captum's single precision shows, unless the witness has none.
    expect(errors[0]).toBeLessThan(1e-6);
    expect(noteError("integrated-gradients", "tiny", Math.min(...errors))).toBeLessThan(1e-7);
  });
});

/**
 * captum keeps weights in single precision, and lets torch space all nodes evenly in single precision but for those
 * of Gauss and Legendre: with the same rounding the numbers are the same.
 */
function roundedAsCaptum(path: readonly PictureVariant[], isGauss: boolean): readonly PictureVariant[] {
  const { fround } = Math;
  const count = path.length;
  const [first, last] = [fround(path[0]!.scale), fround(path.at(-1)!.scale)];
  const step = fround(fround(last - first) / (count - 1));
  const spaced = (index: number) =>
    fround(index < count >> 1 ? first + step * index : last - step * (count - 1 - index));
  return path.map(({ weight, scale }, index) => ({
    weight: fround(weight),
    scale: isGauss ? scale : spaced(index),
  }));
}
