// Transformer attribution of the real DeiT-Tiny in double precision, where divisions near zero leave nothing open.
import { describe, expect, test } from "vitest";
import { dissect } from "../../src/core/anatomy/dissect.ts";
import { initialOptions } from "../../src/core/attribution/method.ts";
import { relevancePass } from "../../src/core/attribution/relevance-pass.ts";
import type { AttentionStack } from "../../src/core/attribution/tensors.ts";
import { transformerAttribution } from "../../src/core/attribution/transformer-attribution.ts";
import { differentiateEach } from "../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import type { RuleTable } from "../../src/core/autodiff/rule.ts";
import { rankCorrelation } from "../../src/core/stats/rank-correlation.ts";
import { normalisePixels } from "../../src/core/vision/normalise.ts";
import { deitWithEpsilons } from "../support/deit.ts";
import { evaluate } from "../support/evaluate.ts";
import { relativeError } from "../support/golden.ts";
import { cropOf, readGoldenReal } from "../support/golden-real.ts";
import { readPicture } from "../support/pictures.ts";
import { oneHot } from "../support/relevance.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("goldenReal", "models");

describe.skipIf(skipped)(`DeiT-Tiny's relevance in double precision${skipped}`, () => {
  test("it is the authors' map", { timeout: 600_000 }, async () => {
    const golden = readGoldenReal()[0]!;
    const klass = golden.classes[0]!;
    const pixels = normalisePixels(await readPicture(cropOf(golden)), golden.mean, golden.std);
    const step = transformerAttribution.explainer(relevanceAt(pixels, klass));
    const cases = golden.maps.filter(
      ({ method, cls }) => method === "cvpr21_transformer_attribution" && cls === klass,
    );
    expect(cases.length).toBeGreaterThan(0);
    for (const { map, start_layer } of cases) {
      const options = initialOptions(transformerAttribution.options);
      const found = step({ ...options, startLayer: start_layer! });
      // What remains is that the file scales queries and keys before their product.
      expect(relativeError(found, map as number[])).toBeLessThan(1e-2);
      expect(rankCorrelation(found, map as number[])).toBeGreaterThan(0.999);
    }
  });
});

/** The authors' network adds 1e-6 to variances, but 1e-5 before the head. */
function relevanceAt(pixels: Float32Array, klass: number) {
  const network = deitWithEpsilons(1e-6, 1e-5);
  const { input, logits, attention, prefixTokens } = dissect(network);
  const side = Math.sqrt(pixels.length / 3);
  const wanted = attention.map(({ tensor }) => tensor);
  const { rules } = relevancePass({ table: "lrp", layers: "ours" });
  const pass = (table: RuleTable, input: string) => {
    return { seeds: [{ tensor: logits.name, upstream: { input } }], wanted, rules: table };
  };
  const { model, passes } = differentiateEach(
    network,
    [pass(gradient, "gradient"), pass(rules, "relevance")],
    new Map([[input.name, [1, 3, side, side]]]),
  );
  const names = passes.map(({ gradients }) => wanted.map((name) => gradients.get(name)!));
  const picture = { dims: [1, 3, side, side], data: pixels };
  const seed = oneHot(logits.classes!, klass);
  const feeds = { [input.name]: picture, gradient: seed, relevance: seed };
  const outputs = evaluate(model, feeds, names.flat());
  const stack = (arrived: readonly string[]): AttentionStack => {
    const [heads, tokens] = outputs[arrived[0]!]!.dims.slice(-3) as [number, number];
    const layers = arrived.map((name) => outputs[name]!.data as Float64Array);
    return { layers, heads, tokens, prefixTokens: prefixTokens!, outputTokens: [0] };
  };
  return { attentionGradient: stack(names[0]!), attentionRelevance: stack(names[1]!) };
}
