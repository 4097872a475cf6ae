// What Chefer's rules bring to attention and values, against the authors' own code on the tiny ViT; see relevance.test.ts
// for the maps that are made of it.
import { describe, expect, test } from "vitest";
import { lrp } from "../../src/core/autodiff/lrp.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { createGradients, goldenSeed, goldenValues } from "../support/golden-gradients.ts";
import { goldenSizes, goldenLayers as layers } from "../support/golden-sizes.ts";
import { goldenVit } from "../support/golden-vit.ts";
import { type VitWeights, vitValues } from "../support/golden-vit-parts.ts";
import { type Relative, relativeOfVit } from "../support/relatives.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("golden");
const tolerance = 1e-9;

type Golden = { readonly class: number | null } & Readonly<Record<string, GoldenArray>>;

/** What arrives at every attention map and at the values that it mixes. */
function relevance(model: OnnxModel, index: number) {
  const wanted = [...layers.map(vitValues.attention), ...layers.map(vitValues.values)];
  const arrived = createGradients({ model, rules: lrp() }, wanted)(goldenSeed(index));
  return { attention: arrived.slice(0, layers.length), values: arrived.slice(layers.length) };
}

function error(actual: ArrayLike<number>, expected: GoldenArray | undefined): number {
  return expected === undefined ? Number.NaN : relativeError(actual, toNumbers(expected));
}

describe.skipIf(skipped)(`CVPR 2021 relevance${skipped}`, () => {
  const golden = skipped
    ? undefined
    : readGolden<{ ours: Golden[]; logits_ViT_LRP: GoldenArray }>("chefer_f64.json");
  const model = skipped ? undefined : relativeOfVit("vit", {});
  // Where the class was left to the authors' code, only maps are given.
  const cases = (golden?.ours ?? []).flatMap((each) =>
    each.class === null ? [] : [[each.class, each] as const],
  );

  test("the graph is the authors' network", () => {
    const [logits] = goldenValues({ model: model! }, [vitValues.logits]);
    expect(error(logits!, golden!.logits_ViT_LRP)).toBeLessThan(1e-12);
    expect(cases.length).toBeGreaterThan(0);
  });

  test.each(cases)("arrives at attention and values, class %d", (index, expected) => {
    const { attention, values } = relevance(model!, index);
    for (const layer of layers) {
      expect(error(attention[layer]!, expected[`attn_cam_${layer}`])).toBeLessThan(tolerance);
      expect(error(values[layer]!, expected[`v_cam_${layer}`])).toBeLessThan(tolerance);
    }
  });

  test.each(cases)("arrives as exporters write it, class %d", (index, expected) => {
    const { weights } = readGolden<{ weights: VitWeights }>("model_weights.json");
    const finalEpsilon = goldenSizes.chefersFinalEpsilon;
    const exported = goldenVit({ weights, finalEpsilon, projections: "separate" });
    const { attention } = relevance(exported, index);
    // The shift in the division of queries and keys weighs more where these are scaled before they are multiplied.
    for (const layer of layers)
      expect(error(attention[layer]!, expected[`attn_cam_${layer}`])).toBeLessThan(
        layer === layers.length - 1 ? 1e-12 : 1e-4,
      );
  });
});

describe.skipIf(skipped)(`networks of the approximated-LRP study${skipped}`, () => {
  type Network = { readonly extra_params: VitWeights; readonly logits: GoldenArray };
  const models = skipped ? {} : readGolden<{ models: Record<Relative, Network> }>("mxz2013_f64.json").models;
  const networks = Object.entries(models) as [Relative, Network][];

  test("there are networks", () => expect(networks.length).toBeGreaterThan(0));

  test.each(networks)("%s is the authors' network", (name, { extra_params, logits }) => {
    const [ours] = goldenValues({ model: relativeOfVit(name, extra_params) }, [vitValues.logits]);
    expect(error(ours!, logits)).toBeLessThan(1e-12);
  });
});
