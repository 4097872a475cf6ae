// Relevance through attention and around it: products of two values, passes, gates, means.
import { describe, expect, test } from "vitest";
import { attnLrp, cpLrp } from "../../src/core/autodiff/attn-lrp.ts";
import { attnLrpExplicit } from "../../src/core/autodiff/attn-lrp-explicit.ts";
import { libra } from "../../src/core/autodiff/libra.ts";
import { lrp } from "../../src/core/autodiff/lrp.ts";
import { makeNode } from "../../src/core/onnx/build.ts";
import type { Numbers } from "../support/evaluate.ts";
import { relativeError } from "../support/golden.ts";
import { forward, type Layer, relevanceOf, scattered } from "./layer.ts";
import { type Matrix, product, type quotient } from "./oracle.ts";

/** One matrix of a stack. */
function matrix({ dims, data }: Numbers, index: number): Matrix {
  const [rows, columns] = dims.slice(-2) as [number, number];
  const start = index * rows * columns;
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (__, j) => data[start + i * columns + j]!),
  );
}

const a = scattered([1, 2, 3, 4], 1);
const b = scattered([1, 2, 4, 5], 2);
const arriving = scattered([1, 2, 3, 5], 3);

describe("a product of two values", () => {
  const layer: Layer = { nodes: [makeNode("MatMul", ["a", "b"], ["y"])], inputs: { a, b }, result: "y" };
  const expectBoth = (shares: readonly Float64Array[], over?: typeof quotient) => {
    const heads = [0, 1].map((head) =>
      product(matrix(a, head), matrix(b, head), matrix(arriving, head), over),
    );
    for (const place of [0, 1]) {
      const expected = heads.flatMap((head) => head[place]!.flat());
      expect(relativeError(shares[place]!, expected)).toBeLessThan(1e-12);
    }
  };

  test("gives each half", async () => expectBoth(await relevanceOf(layer, lrp(), arriving.data)));

  test("gives each half as an Einsum", async () => {
    const einsum = makeNode("Einsum", ["a", "b"], ["y"], { equation: "bhik,bhkj->bhij" });
    expectBoth(await relevanceOf({ ...layer, nodes: [einsum] }, lrp(), arriving.data));
  });

  test("is stabilised by a shift in AttnLRP", async () => {
    const shares = await relevanceOf(layer, attnLrpExplicit, arriving.data);
    expectBoth(shares, (relevance, c) => (2 * relevance) / (2 * c + 1e-8));
  });

  test("is stabilised on its own side of zero where asked, by a part of its usual size", async () => {
    const shares = await relevanceOf(layer, lrp({ epsilon: 0.1 }), arriving.data);
    const { data } = forward(layer);
    const distance = 0.1 * Math.sqrt(Array.from(data).reduce((sum, c) => sum + c * c, 0) / data.length);
    expectBoth(shares, (relevance, c) => relevance / (c + (c < 0 ? -distance : distance)));
  });
});

describe("what relevance passes", () => {
  const x = scattered([1, 3, 4], 4);
  const { data } = scattered([1, 3, 4], 5);
  const weights = {
    weight: scattered([4], 6),
    bias: scattered([4], 7),
    mean: scattered([3], 8),
    variance: { dims: [3], data: [0.5, 1, 2] },
    channel: scattered([3], 9),
    scale: { dims: [], data: [0.35] },
  };
  test.each([
    makeNode("Softmax", ["x"], ["y"], { axis: -1 }),
    makeNode("Gelu", ["x"], ["y"]),
    makeNode("Relu", ["x"], ["y"]),
    makeNode("LayerNormalization", ["x", "weight", "bias"], ["y"]),
    makeNode("BatchNormalization", ["x", "channel", "channel", "mean", "variance"], ["y"]),
    makeNode("Mul", ["scale", "x"], ["y"]),
    makeNode("Mul", ["x", "weight"], ["y"]),
    makeNode("Div", ["x", "scale"], ["y"]),
    makeNode("Identity", ["x"], ["y"]),
  ])("$opType by $inputs", async (node) => {
    const [relevance] = await relevanceOf(
      { nodes: [node], inputs: { x }, weights, result: "y" },
      lrp(),
      data,
    );
    expect(relevance).toEqual(data);
  });

  test("a mean, in equal parts", async () => {
    const node = makeNode("ReduceMean", ["x", "axes"], ["y"], { keepdims: 0 });
    const layer: Layer = { nodes: [node], inputs: { x }, integers: { axes: [1] }, result: "y" };
    const [relevance] = await relevanceOf(layer, lrp(), [3, 6, 9, 12]);
    const expected = [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4];
    expect(relativeError(relevance!, expected)).toBeLessThan(1e-14);
  });

  test("gates, halves to each factor", async () => {
    const node = makeNode("Mul", ["x", "g"], ["y"]);
    const layer: Layer = { nodes: [node], inputs: { x, g: scattered([1, 3, 4], 10) }, result: "y" };
    for (const rules of [lrp(), attnLrpExplicit])
      for (const share of await relevanceOf(layer, rules, data))
        expect(
          relativeError(
            share,
            data.map((each) => each / 2),
          ),
        ).toBeLessThan(1e-6);
  });

  test("a sigmoid gate of its own input, whole", async () => {
    const nodes = [makeNode("Sigmoid", ["x"], ["s"]), makeNode("Mul", ["x", "s"], ["y"])];
    const [relevance] = await relevanceOf({ nodes, inputs: { x }, result: "y" }, lrp(), data);
    expect(relativeError(relevance!, data)).toBeLessThan(1e-6);
  });
});

describe("one head of attention as modified gradients", () => {
  const layer: Layer = {
    nodes: [
      makeNode("Transpose", ["k"], ["turned"], { perm: [1, 0] }),
      makeNode("MatMul", ["q", "turned"], ["products"]),
      makeNode("Softmax", ["products"], ["attention"], { axis: -1 }),
      makeNode("MatMul", ["attention", "v"], ["y"]),
    ],
    inputs: { q: scattered([3, 4], 1), k: scattered([3, 4], 2), v: scattered([3, 5], 3) },
    result: "y",
  };
  const { data } = scattered([3, 5], 4);
  const attention = () => matrix(forward({ ...layer, result: "attention" }), 0);
  /** `A' R` */
  const toValues = () =>
    [0, 1, 2].flatMap((k) =>
      [0, 1, 2, 3, 4].map((d) =>
        [0, 1, 2].reduce((sum, i) => sum + attention()[i]![k]! * data[i * 5 + d]!, 0),
      ),
    );

  test.each([
    ["CP-LRP", cpLrp],
    ["LibraGrad", libra],
  ])("is constant in %s: all goes through the values", async (_, rules) => {
    const [q, k, v] = await relevanceOf(layer, rules, data);
    expect(q).toEqual(new Float64Array(12));
    expect(k).toEqual(new Float64Array(12));
    expect(relativeError(v!, toValues())).toBeLessThan(1e-13);
  });

  test("still has a gradient at the attention map itself", async () => {
    const [gradient] = await relevanceOf(layer, libra, data, ["attention"]);
    const v = layer.inputs.v!.data;
    const expected = [0, 1, 2].flatMap((i) =>
      [0, 1, 2].map((k) => [0, 1, 2, 3, 4].reduce((sum, d) => sum + data[i * 5 + d]! * v[k * 5 + d]!, 0)),
    );
    expect(relativeError(gradient!, expected)).toBeLessThan(1e-13);
  });

  test("is differentiated where the walk starts at it", async () => {
    const last = { ...layer, result: "attention" };
    const [gradient] = await relevanceOf(last, libra, scattered([3, 3], 5).data, ["q"]);
    expect(gradient!.some((each) => Math.abs(each) > 1e-3)).toBe(true);
  });

  test("gives AttnLRP's own rules when it is multiplied by its inputs", async () => {
    const y = forward(layer).data;
    const relevance = data.map((each, i) => each * y[i]!);
    const explicit = await relevanceOf(layer, attnLrpExplicit, relevance);
    const gradients = await relevanceOf(layer, attnLrp, data);
    for (const [place, { data: x }] of Object.values(layer.inputs).entries()) {
      const product = gradients[place]!.map((each, i) => each * x[i]!);
      expect(relativeError(explicit[place]!, product)).toBeLessThan(1e-6);
    }
  });
});
