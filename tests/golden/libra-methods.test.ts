// Methods on LibraGrad's gradients give the maps that its definition, written out by hand, gives.
import { describe, expect, test } from "vitest";
import { beyondIntuition } from "../../src/core/attribution/beyond-intuition.ts";
import { inputXGradient } from "../../src/core/attribution/input-x-gradient.ts";
import { integratedGradients } from "../../src/core/attribution/integrated-gradients.ts";
import { legrad } from "../../src/core/attribution/legrad.ts";
import { initialOptions } from "../../src/core/attribution/method.ts";
import { evenSteps, noisyCopies, quadraturePath } from "../../src/core/attribution/picture-paths.ts";
import { saliency } from "../../src/core/attribution/saliency.ts";
import { smoothgrad } from "../../src/core/attribution/smoothgrad.ts";
import { tam } from "../../src/core/attribution/tam.ts";
import { tokentm } from "../../src/core/attribution/tokentm.ts";
import { libra } from "../../src/core/autodiff/libra.ts";
import { channelSum } from "../support/channel-sum.ts";
import { finish } from "../support/finish.ts";
import { readGolden, relativeError } from "../support/golden.ts";
import {
  createGradients,
  goldenAttentionPath,
  goldenAttentionStack,
  goldenInputPath,
  goldenPicture,
  goldenSeed,
  goldenValues,
  tensorsOf,
} from "../support/golden-gradients.ts";
import { goldenSizes } from "../support/golden-sizes.ts";
import { goldenVit } from "../support/golden-vit.ts";
import { type VitWeights, vitValues } from "../support/golden-vit-parts.ts";
import { missing } from "../support/witnesses.ts";
import { libraByHand } from "./libra-by-hand.ts";

const skipped = missing("golden");
/** The ratio of an activation is act(x) / (x + 1e-10), which shows where x is small; else only rounding is left. */
const shift = 1e-10;
const tolerance = 1e-11;

const weightsOf = () => readGolden<{ weights: VitWeights }>("model_weights.json").weights;
const flat = (rows: readonly (readonly number[])[]) => rows.flat();

describe.skipIf(skipped)(`methods on LibraGrad's gradients${skipped}`, () => {
  const klass = 1;
  const network = skipped ? undefined : { model: goldenVit({ weights: weightsOf() }), rules: libra };
  const picture = () => ({ pixels: goldenPicture(), size: goldenSizes.side });
  const byHand = (pixels: ArrayLike<number>) => libraByHand(weightsOf(), pixels, klass, shift);
  const stackByHand = () =>
    goldenAttentionStack(
      byHand(goldenPicture()).attention.map((layer) => Float64Array.from(layer.flatMap(flat))),
    );
  const lastByHand = (pixels: ArrayLike<number>) =>
    Float64Array.from(byHand(pixels).attention.at(-1)!.flatMap(flat));

  test("saliency and input x gradient", () => {
    const [inputGradient] = createGradients(network!, [vitValues.picture])(goldenSeed(klass));
    const expected = byHand(goldenPicture()).picture;
    const pixelCount = goldenSizes.side ** 2;
    const sizes = expected
      .slice(0, pixelCount)
      .map((_, pixel) => Math.max(...[0, 1, 2].map((at) => Math.abs(expected[at * pixelCount + pixel]!))));
    const map = saliency.explainer({ inputGradient: inputGradient! })({ channels: "max-absolute" });
    expect(relativeError(map, sizes)).toBeLessThan(tolerance);
    const products = inputXGradient.explainer({ picture: picture(), inputGradient: inputGradient! })({
      channels: "sum",
    });
    const pixels = goldenPicture();
    expect(relativeError(products, channelSum(expected.map((each, at) => each * pixels[at]!)))).toBeLessThan(
      tolerance,
    );
  });

  test("SmoothGrad and integrated gradients", () => {
    const { average: _, ...rest } = initialOptions(smoothgrad.options);
    const noisy = goldenInputPath(network!, goldenSeed(klass), noisyCopies(3, 0.1, 1));
    for (const average of ["gradient", "absolute", "square"] as const) {
      const map = smoothgrad.explainer({ inputPath: noisy })({ ...rest, average, channels: "sum" });
      expect(map.every(Number.isFinite)).toBe(true);
      expect(Math.max(...map)).toBeGreaterThan(0);
    }
    const path = quadraturePath("gauss-legendre", 3);
    const inputPath = goldenInputPath(network!, goldenSeed(klass), path);
    const options = { ...initialOptions(integratedGradients.options), steps: 3 };
    const map = integratedGradients.explainer({ picture: picture(), inputPath })(options);
    const pixels = goldenPicture();
    const slopes = path.map(({ scale }) => byHand(pixels.map((each) => each * scale)).picture);
    const expected = Array.from(pixels, (pixel, at) =>
      path.reduce((sum, { weight }, node) => sum + weight * slopes[node]![at]! * pixel, 0),
    );
    expect(relativeError(map, channelSum(expected))).toBeLessThan(tolerance);
  });

  test("TAM, Beyond Intuition and TokenTM", () => {
    const tensors = tensorsOf(network!, goldenSeed(klass));
    const attentionPath = goldenAttentionPath(network!, goldenSeed(klass), evenSteps(3));
    const pixels = goldenPicture();
    const slopes = [0, 0.5, 1].map((scale) => lastByHand(pixels.map((each) => each * scale)));
    const pathByHand = attentionPath.map((_, at) => slopes.reduce((sum, each) => sum + each[at]! / 3, 0));
    expect(relativeError(attentionPath, pathByHand)).toBeLessThan(tolerance);
    const attentionGradient = stackByHand();
    const projectedValues = tensors.tokens.map(({ mid }) => mid);
    const options = { perception: "heads", startLayer: 0, steps: 3 } as const;
    const pairs = [
      [
        tam.explainer({ ...tensors, attentionPath })(options),
        tam.explainer({ ...tensors, attentionPath: pathByHand })(options),
      ],
      [
        finish(beyondIntuition.explainer({ ...tensors, attentionPath, projectedValues })(options)),
        finish(
          beyondIntuition.explainer({
            ...tensors,
            attentionGradient,
            attentionPath: pathByHand,
            projectedValues,
          })(options),
        ),
      ],
      [tokentm.explainer(tensors)({}), tokentm.explainer({ ...tensors, attentionGradient })({})],
    ];
    for (const [map, expected] of pairs) {
      expect(relativeError(map!, expected!)).toBeLessThan(tolerance);
      expect(Math.max(...map!)).toBeGreaterThan(0);
    }
  });

  test("LeGrad, whose last layer by the head is the gradient itself", () => {
    const localGradient = tensorsOf(network!, goldenSeed(klass)).attentionGradient;
    const options = { firstLayer: -1, lastLayer: -1, pooling: "head" } as const;
    const map = legrad.explainer({ localGradient })(options);
    const expected = legrad.explainer({ localGradient: stackByHand() })(options);
    expect(relativeError(map, expected)).toBeLessThan(tolerance);
  });

  test("the score along the way is the network's own", () => {
    const { scoreAtPicture, scoreAtBaseline } = goldenInputPath(network!, goldenSeed(klass), []);
    const [logits] = goldenValues(network!, [vitValues.logits]);
    const [grey] = goldenValues(network!, [vitValues.logits], goldenPicture().fill(0));
    expect([scoreAtPicture, scoreAtBaseline]).toEqual([logits![klass], grey![klass]]);
  });
});
