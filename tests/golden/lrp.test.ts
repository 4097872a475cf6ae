// Relevance against the numbers of the authors' own code on the tiny ViT and its relatives, in double precision.
import { describe, expect, test } from "vitest";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { lrp } from "../../src/core/autodiff/lrp.ts";
import type { RuleTable } from "../../src/core/autodiff/rule.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { evaluate } from "../support/evaluate.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { goldenVit } from "../support/golden-vit.ts";
import { type VitWeights, vitValues } from "../support/golden-vit-parts.ts";
import { type Relative, relativeOfVit } from "../support/relatives.ts";
import { oneHot, propagate } from "../support/relevance.ts";
import { missing } from "../support/witnesses.ts";
import { channelSum, type Layer, lastRow, rolledOut, weighed } from "./relevance-maps.ts";

const skipped = missing("golden");
const tolerance = 1e-9;
const layers = [0, 1, 2] as const;
const everything = [...layers.map(vitValues.attention), ...layers.map(vitValues.values), vitValues.picture];

type Golden = { readonly class: number | null } & Readonly<Record<string, GoldenArray>>;

function feeds() {
  const { input } = readGolden<{ input: GoldenArray }>("model_weights.json");
  return { [vitValues.picture]: { dims: input.shape, data: toNumbers(input) } };
}

function relevance(
  model: OnnxModel,
  rules: RuleTable,
  index: number,
  wanted: readonly string[] = everything,
) {
  const seed = oneHot(10, index);
  const arrived = propagate({ model, feeds: feeds(), rules, from: vitValues.logits, seed, wanted });
  return {
    picture: channelSum(arrived[vitValues.picture] ?? []),
    attention: layers.map((layer): Layer => arrived[vitValues.attention(layer)]!),
    values: layers.map((layer): Layer => arrived[vitValues.values(layer)]!),
  };
}

function error(actual: ArrayLike<number>, expected: GoldenArray | undefined): number {
  return expected === undefined ? Number.NaN : relativeError(actual, toNumbers(expected));
}

describe.skipIf(skipped)(`CVPR 2021 relevance${skipped}`, () => {
  const golden = skipped
    ? undefined
    : readGolden<Record<"ours" | "orig_lrp", Golden[]> & { logits_ViT_LRP: GoldenArray }>("chefer_f64.json");
  const model = skipped ? undefined : relativeOfVit("vit", {});
  const classes = (set: "ours" | "orig_lrp") =>
    (golden?.[set] ?? []).filter((each) => each.class !== null).map((each) => [each.class!, each] as const);

  test("the graph is the authors' network", () => {
    const { logits } = evaluate(model!, feeds(), [vitValues.logits]);
    expect(error(logits!.data, golden!.logits_ViT_LRP)).toBeLessThan(1e-12);
    expect(classes("ours")).toHaveLength(3);
    expect(classes("orig_lrp")).toHaveLength(3);
  });

  test.each(classes("ours"))("our layers, class %d", (index, expected) => {
    const { attention, values, picture } = relevance(model!, lrp(), index);
    for (const layer of layers) {
      expect(error(attention[layer]!, expected[`attn_cam_${layer}`])).toBeLessThan(tolerance);
      expect(error(values[layer]!, expected[`v_cam_${layer}`])).toBeLessThan(tolerance);
    }
    expect(error(picture, expected.full)).toBeLessThan(tolerance);
    expect(error(lastRow(attention[1]!), expected.second_layer)).toBeLessThan(tolerance);
    const rollout = rolledOut(attention.map(weighed.relevance), { start: 0, normalises: false });
    expect(error(rollout, expected.rollout_start0)).toBeLessThan(tolerance);
  });

  test.each(classes("ours"))("as exporters write it, class %d", (index, expected) => {
    const { weights } = readGolden<{ weights: VitWeights }>("model_weights.json");
    const exported = goldenVit({ weights, finalEpsilon: 1e-5, projections: "separate" });
    const { attention } = relevance(exported, lrp(), index, layers.map(vitValues.attention));
    // The shift in the division of queries and keys weighs more where these are scaled before they are multiplied.
    for (const [layer, tolerated] of [1e-4, 1e-6, 1e-12].entries())
      expect(error(attention[layer]!, expected[`attn_cam_${layer}`])).toBeLessThan(tolerated);
  });

  test.each(classes("orig_lrp"))("original layers, class %d", (index, expected) => {
    const { attention, picture } = relevance(model!, lrp({ layers: "original" }), index);
    expect(error(picture, expected.full)).toBeLessThan(tolerance);
    expect(error(lastRow(attention[2]!), expected.last_layer)).toBeLessThan(tolerance);
    expect(error(lastRow(attention[1]!), expected.second_layer)).toBeLessThan(tolerance);
    for (const start of [0, 1]) {
      const rollout = rolledOut(attention.map(weighed.relevance), { start, normalises: false });
      expect(error(rollout, expected[`rollout_start${start}`])).toBeLessThan(tolerance);
    }
  });
});

describe.skipIf(skipped)(`approximated LRP of other networks${skipped}`, () => {
  interface Network {
    readonly extra_params: VitWeights;
    readonly cases: readonly Golden[];
    readonly logits: GoldenArray;
  }
  const golden = skipped
    ? null
    : readGolden<{ models: Record<Relative, Network> }>("mxz2013_f64.json").models;
  const networks = Object.entries(golden ?? {}) as [Relative, Network][];
  const cases = networks.flatMap(([name, network]) =>
    network.cases.map((expected) => [name, expected.class!, expected, network] as const),
  );

  test("has networks", () => expect(cases.length).toBeGreaterThan(0));

  test.each(networks)("%s is the authors' network", (name, { extra_params, logits }) => {
    const run = evaluate(relativeOfVit(name, extra_params), feeds(), [vitValues.logits]);
    expect(error(run[vitValues.logits]!.data, logits)).toBeLessThan(1e-12);
  });

  test.each(cases)("%s, class %d", (name, index, expected, network) => {
    const model = relativeOfVit(name, network.extra_params);
    const { attention, picture } = relevance(model, lrp(), index);
    const slopes = relevance(model, gradient, index, layers.map(vitValues.attention)).attention;
    expect(error(picture, expected.full_start0)).toBeLessThan(tolerance);
    for (const start of [0, 1]) {
      const maps = attention.map((layer, place) => weighed.byGradient(layer, slopes[place]!));
      const map = rolledOut(maps, { start, normalises: true });
      expect(error(map, expected[`transformer_attribution_start${start}`])).toBeLessThan(tolerance);
    }
    // The other two networks' files read raw attention here instead.
    if (name === "vit" || name === "mae_bn_head")
      expect(error(lastRow(attention[2]!), expected.last_layer_start0)).toBeLessThan(tolerance);
  });
});
