// Relevance through linear layers against dense matrices, in every form that exporters give them.
import { describe, expect, test } from "vitest";
import { cpLrp } from "../../src/core/autodiff/attn-lrp.ts";
import { attnLrpExplicit } from "../../src/core/autodiff/attn-lrp-explicit.ts";
import { withGamma } from "../../src/core/autodiff/lrp/gamma.ts";
import { lrp } from "../../src/core/autodiff/lrp.ts";
import type { RuleTable } from "../../src/core/autodiff/rule.ts";
import { makeNode } from "../../src/core/onnx/build.ts";
import { relativeError } from "../support/golden.ts";
import { forward, type Layer, relevanceOf, scattered } from "./layer.ts";
import { innerForms, type LinearForm, pictureForms } from "./linear-forms.ts";
import { alphaBeta, type Dense, denseOf, epsilon, gamma, separateAlphaBeta, zB } from "./oracle.ts";

type Oracle = (dense: Dense, relevance: ArrayLike<number>) => readonly number[];

const inner: readonly (readonly [string, RuleTable, Oracle])[] = [
  ["alpha 1", lrp(), (dense, relevance) => alphaBeta(dense, relevance, 1)],
  ["alpha 2", lrp({ alpha: 2 }), (dense, relevance) => alphaBeta(dense, relevance, 2)],
  ["original layers", lrp({ layers: "original" }), separateAlphaBeta],
  ["epsilon", attnLrpExplicit, (dense, relevance) => epsilon(dense, relevance, 1e-6)],
];

async function expectOracle({ layer, x }: LinearForm, rules: RuleTable, oracle: Oracle): Promise<void> {
  const { data } = scattered(forward(layer).dims, 7);
  const [relevance] = await relevanceOf(layer, rules, data, [x]);
  expect(relativeError(relevance!, oracle(denseOf(layer, x), data))).toBeLessThan(1e-11);
}

describe.each(innerForms.map((form) => [form.name, form] as const))("%s", (_, form) => {
  test.each(inner)("by %s", (__, rules, oracle) => expectOracle(form, rules, oracle));

  test("by gamma, as a gradient", async () => {
    const { layer, x } = form;
    const dense = denseOf(layer, x);
    const y = forward(layer);
    const { data } = scattered(y.dims, 7);
    const rules = withGamma(cpLrp, { convolution: 0.3, linear: 0.3 });
    const [gradient] = await relevanceOf(layer, rules, data, [x]);
    const arrived = data.map((each, j) => each * y.data[j]!);
    const expected = gamma(dense, arrived, 0.3).map((each, i) => {
      return each / (dense.x[i]! + (dense.x[i]! < 0 ? -1e-10 : 1e-10));
    });
    expect(relativeError(gradient!, expected)).toBeLessThan(1e-11);
  });
});

describe.each(pictureForms.map((form) => [form.name, form] as const))("%s", (_, form) => {
  test("by z^B in both sets of layers", async () => {
    await expectOracle(form, lrp(), zB);
    await expectOracle(form, lrp({ layers: "original" }), zB);
  });
});

describe("what is a picture", () => {
  const weights = { w: scattered([2, 3, 1, 1], 2), mean: scattered([1, 3, 1, 1], 4) };
  const conv = makeNode("Conv", ["inner", "w"], ["y"]);
  const layerAfter = (node: ReturnType<typeof makeNode>): Layer => ({
    nodes: [node, conv],
    inputs: { picture: scattered([1, 3, 3, 3], 5) },
    weights,
    result: "y",
  });

  test("still after the file's own normalisation, whose values then bound it", async () => {
    const layer = layerAfter(makeNode("Sub", ["picture", "mean"], ["inner"]));
    const { data } = scattered([1, 2, 3, 3], 7);
    const [atPicture, atInner] = await relevanceOf(layer, lrp(), data, ["picture", "inner"]);
    const alone = {
      ...layer,
      nodes: [conv],
      inputs: { inner: { dims: [1, 3, 3, 3], data: shifted(layer) } },
    };
    expect(relativeError(atInner!, zB(denseOf(alone, "inner"), data))).toBeLessThan(1e-11);
    expect(atPicture).toEqual(atInner);
  });

  test("no more after anything that bends it", async () => {
    const layer = layerAfter(makeNode("Sigmoid", ["picture"], ["inner"]));
    const { data } = scattered([1, 2, 3, 3], 7);
    const [relevance] = await relevanceOf(layer, lrp(), data, ["inner"]);
    const values = layer.inputs.picture!.data;
    const inner = { dims: [1, 3, 3, 3], data: Array.from(values, (each) => 1 / (1 + Math.exp(-each))) };
    const alone = { ...layer, nodes: [conv], inputs: { inner } };
    expect(relativeError(relevance!, alphaBeta(denseOf(alone, "inner"), data, 1))).toBeLessThan(1e-11);
  });
});

function shifted(layer: Layer): number[] {
  const mean = layer.weights!.mean!.data;
  return Array.from(layer.inputs.picture!.data, (each, i) => each - mean[Math.floor(i / 9)]!);
}
