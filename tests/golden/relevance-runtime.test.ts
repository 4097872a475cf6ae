// The relevance that the product computes: the tiny ViT's in single precision through onnxruntime.
import { describe, expect, test } from "vitest";
import { fullRelevance } from "../../src/core/attribution/full-relevance.ts";
import { initialOptions } from "../../src/core/attribution/method.ts";
import { relevancePass } from "../../src/core/attribution/relevance-pass.ts";
import { transformerAttribution } from "../../src/core/attribution/transformer-attribution.ts";
import { cpLrp } from "../../src/core/autodiff/attn-lrp.ts";
import { differentiate, differentiateEach } from "../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { withGamma } from "../../src/core/autodiff/lrp/gamma.ts";
import { lrp } from "../../src/core/autodiff/lrp.ts";
import type { RuleTable } from "../../src/core/autodiff/rule.ts";
import { ElementType } from "../../src/core/onnx/model.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { goldenLayers, goldenSizes } from "../support/golden-sizes.ts";
import { goldenClasses } from "../support/golden-tensors.ts";
import { goldenVit } from "../support/golden-vit.ts";
import { type VitWeights, vitValues } from "../support/golden-vit-parts.ts";
import { runModel } from "../support/ort.ts";
import { oneHot, propagate } from "../support/relevance.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("golden");
const attention = goldenLayers.map(vitValues.attention);

/** What arrives at `wanted` in both precisions. */
async function inBoth(rules: RuleTable, wanted: readonly string[]) {
  const { input, weights } = readGolden<{ input: GoldenArray; weights: VitWeights }>("model_weights.json");
  const picture = { dims: input.shape, data: toNumbers(input) };
  const [seed, from] = [oneHot(goldenSizes.classes, goldenClasses()[0]!), vitValues.logits];
  const double = propagate({ model: goldenVit({ weights }), feeds: { picture }, rules, from, seed, wanted });
  const single = goldenVit({ weights, elementType: ElementType.float32 });
  const seeds = [{ tensor: from, upstream: { input: "seed" } }];
  const backward = differentiate(single, { seeds, wanted, rules });
  const run = await runModel(writeOnnx(backward.model).bytes, {
    picture: { shape: picture.dims, data: picture.data },
    seed: { shape: seed.dims, data: Float32Array.from(seed.data) },
  });
  return wanted.map((name) => relativeError(run[backward.gradients.get(name)!]!.data, double[name]!));
}

describe.skipIf(skipped)(`relevance in single precision${skipped}`, () => {
  test.each([
    ["our layers", lrp(), [3e-2, 1e-3]],
    ["original layers", lrp({ layers: "original" }), [3e-2, 1e-3]],
    ["our layers, stabilised", lrp({ epsilon: 0.1 }), [1e-4, 1e-4]],
  ] as const)("%s", async (_, rules, [first, later]) => {
    const errors = await inBoth(rules, attention);
    // The authors' own errors grow as much towards the first layer.
    for (const [layer, error] of errors.entries()) expect(error).toBeLessThan(layer === 0 ? first : later);
  });

  test.each([
    ["CP-LRP", cpLrp],
    ["CP-LRP with gamma", withGamma(cpLrp, { convolution: 0.25, linear: 0.1 })],
  ] as const)("%s", async (_, rules) => {
    const [error] = await inBoth(rules, [vitValues.picture]);
    expect(error).toBeLessThan(1e-4);
  });
});

type Golden = { readonly class: number | null } & Readonly<Record<string, GoldenArray>>;

describe.skipIf(skipped)(`maps of relevance in single precision${skipped}`, () => {
  const cases = skipped ? [] : readGolden<{ ours: Golden[] }>("chefer_f64.json").ours;

  test("has cases", () => expect(cases.some(({ class: index }) => index !== null)).toBe(true));

  test.each(cases.filter(({ class: index }) => index !== null).map((each) => [each.class!, each] as const))(
    "class %d",
    async (index, golden) => {
      const tensors = await inSinglePrecision(index);
      const step = transformerAttribution.explainer(tensors);
      const options = initialOptions(transformerAttribution.options);
      const names = Object.keys(golden).filter((name) => /^transformer_attribution_start\d+$/.test(name));
      expect(names).not.toHaveLength(0);
      for (const name of names) {
        const startLayer = Number(name.replace(/\D/g, ""));
        expectNear(step({ ...options, startLayer }), golden, name, startLayer === 0 ? 3e-2 : 1e-4);
      }
      expectNear(fullRelevance.explainer(tensors)({ rules: "ours" }), golden, "full", 3e-2);
    },
  );
});

/** Where the authors' own numbers in single precision are further off than `tolerance`, ours may be as well. */
function expectNear(map: Float64Array, golden: Golden, name: string, tolerance: number): void {
  const expected = toNumbers(golden[name]!);
  const inSingle = readGolden<{ ours: Golden[] }>("chefer_f32.json").ours;
  const theirs = inSingle.find((each) => each.class === golden.class)!;
  const theirError = relativeError(toNumbers(theirs[name]!), expected);
  expect(relativeError(map, expected), name).toBeLessThan(Math.max(tolerance, 10 * theirError));
}

/** What the authors' network gives methods through onnxruntime. */
async function inSinglePrecision(index: number) {
  const { input, weights } = readGolden<{ input: GoldenArray; weights: VitWeights }>("model_weights.json");
  const model = goldenVit({
    weights,
    finalEpsilon: goldenSizes.chefersFinalEpsilon,
    elementType: ElementType.float32,
  });
  const pass = (rules: RuleTable, name: string, wanted: readonly string[]) => {
    return { seeds: [{ tensor: vitValues.logits, upstream: { input: name } }], wanted, rules };
  };
  const { rules } = relevancePass({ table: "lrp", layers: "ours" });
  const { model: extended, passes } = differentiateEach(model, [
    pass(gradient, "gradient", attention),
    pass(rules, "relevance", [...attention, vitValues.picture]),
  ]);
  const seed = {
    shape: [1, goldenSizes.classes],
    data: Float32Array.from(oneHot(goldenSizes.classes, index).data),
  };
  const run = await runModel(writeOnnx(extended).bytes, {
    picture: { shape: input.shape, data: toNumbers(input) },
    gradient: seed,
    relevance: seed,
  });
  const read = (place: number, name: string) => run[passes[place]!.gradients.get(name)!]!;
  const stack = (place: number) => {
    const [heads, tokens] = read(place, attention[0]!).shape.slice(-3) as [number, number];
    const layers = attention.map((name) => read(place, name).data as Float32Array);
    return { layers, heads, tokens, prefixTokens: 1, outputTokens: [0] };
  };
  const inputRelevance = read(1, vitValues.picture).data as Float32Array;
  return { attentionGradient: stack(0), attentionRelevance: stack(1), inputRelevance };
}
