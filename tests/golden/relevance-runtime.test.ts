// The relevance that the product computes: the tiny ViT's in single precision through onnxruntime.
import { describe, expect, test } from "vitest";
import { cpLrp } from "../../src/core/autodiff/attn-lrp.ts";
import { differentiate } from "../../src/core/autodiff/differentiate.ts";
import { withGamma } from "../../src/core/autodiff/lrp/gamma.ts";
import { lrp } from "../../src/core/autodiff/lrp.ts";
import type { RuleTable } from "../../src/core/autodiff/rule.ts";
import { ElementType } from "../../src/core/onnx/model.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { goldenVit } from "../support/golden-vit.ts";
import { type VitWeights, vitValues } from "../support/golden-vit-parts.ts";
import { runModel } from "../support/ort.ts";
import { oneHot, propagate } from "../support/relevance.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("golden");
const attention = [0, 1, 2].map(vitValues.attention);

/** What arrives at `wanted` in both precisions. */
async function inBoth(rules: RuleTable, wanted: readonly string[]) {
  const { input, weights } = readGolden<{ input: GoldenArray; weights: VitWeights }>("model_weights.json");
  const picture = { dims: input.shape, data: toNumbers(input) };
  const [seed, from] = [oneHot(10, 3), vitValues.logits];
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
    ["our layers", lrp(), [3e-2, 1e-4, 1e-4]],
    ["original layers", lrp({ layers: "original" }), [3e-2, 1e-4, 1e-4]],
    ["our layers, stabilised", lrp({ epsilon: 0.1 }), [1e-4, 1e-4, 1e-4]],
  ] as const)("%s", async (_, rules, tolerances) => {
    const errors = await inBoth(rules, attention);
    // The authors' own errors grow as much towards the first layer.
    for (const [layer, error] of errors.entries()) expect(error).toBeLessThan(tolerances[layer]!);
  });

  test.each([
    ["CP-LRP", cpLrp],
    ["CP-LRP with gamma", withGamma(cpLrp, { convolution: 0.25, linear: 0.1 })],
  ] as const)("%s", async (_, rules) => {
    const [error] = await inBoth(rules, [vitValues.picture]);
    expect(error).toBeLessThan(1e-4);
  });
});
