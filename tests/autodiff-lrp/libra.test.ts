// LibraGrad's rules for what the tiny ViT does not have: gates and other activations, against their definition.
import { describe, expect, test } from "vitest";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { libra } from "../../src/core/autodiff/libra.ts";
import { makeNode } from "../../src/core/onnx/build.ts";
import type { Numbers } from "../support/evaluate.ts";
import { relativeError } from "../support/golden.ts";
import { forward, type Layer, relevanceOf, scattered } from "./layer.ts";

/** `[rows][columns]` */
const rowsOf = ({ dims, data }: Numbers): number[][] =>
  Array.from({ length: dims[0]! }, (_, i) =>
    Array.from({ length: dims[1]! }, (__, j) => data[i * dims[1]! + j]!),
  );
const product = (a: number[][], b: number[][]) =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, each, k) => sum + each * b[k]![j]!, 0)));
const turned = (a: number[][]) => a[0]!.map((_, j) => a.map((row) => row[j]!));
const combined = (a: number[][], b: number[][], of: (x: number, y: number) => number) =>
  a.map((row, i) => row.map((each, j) => of(each, b[i]![j]!)));

describe("a gated MLP, silu(x W) * (x V) behind U", () => {
  const layer: Layer = {
    nodes: [
      makeNode("MatMul", ["x", "w"], ["a"]),
      makeNode("Sigmoid", ["a"], ["s"]),
      makeNode("Mul", ["a", "s"], ["active"]),
      makeNode("MatMul", ["x", "v"], ["b"]),
      makeNode("Mul", ["active", "b"], ["gated"]),
      makeNode("MatMul", ["gated", "u"], ["y"]),
    ],
    inputs: { x: scattered([3, 4], 1) },
    weights: { w: scattered([4, 6], 2), v: scattered([4, 6], 3), u: scattered([6, 5], 4) },
    result: "y",
  };
  const arriving = scattered([3, 5], 5);

  test("gives each factor half", async () => {
    const [x, w, v, u] = [layer.inputs.x!, layer.weights!.w!, layer.weights!.v!, layer.weights!.u!].map(
      rowsOf,
    );
    const delta = product(rowsOf(arriving), turned(u!));
    const [a, b] = [product(x!, w!), product(x!, v!)];
    const ratio = a.map((row) => row.map((each) => 1 / (1 + Math.exp(-each))));
    const toActive = combined(delta, b, (d, other) => (d * other) / 2);
    const toOther = combined(
      delta,
      combined(a, ratio, (p, q) => p * q),
      (d, active) => (d * active) / 2,
    );
    const expected = combined(
      product(
        combined(toActive, ratio, (p, q) => p * q),
        turned(w!),
      ),
      product(toOther, turned(v!)),
      (p, q) => p + q,
    );
    const [found] = await relevanceOf(layer, libra, arriving.data);
    expect(relativeError(found!, expected.flat())).toBeLessThan(1e-8);
  });

  test("shares out all that it gives, which the exact gradient does not", async () => {
    const total = Array.from(forward(layer).data).reduce((sum, y, at) => sum + y * arriving.data[at]!, 0);
    const shared = async (rules: typeof libra) => {
      const [slopes] = await relevanceOf(layer, rules, arriving.data);
      return slopes!.reduce((sum, slope, at) => sum + slope * layer.inputs.x!.data[at]!, 0);
    };
    expect((await shared(libra)) / total).toBeCloseTo(1, 6);
    expect(Math.abs((await shared(gradient)) / total - 1)).toBeGreaterThan(0.1);
  });
});

describe("activations", () => {
  test.each(["Gelu", "Relu", "Sigmoid", "Tanh", "HardSwish", "Softplus"])(
    "%s passes its ratio to its argument, not its slope",
    async (operator) => {
      const x = scattered([2, 6], 6);
      const layer: Layer = { nodes: [makeNode(operator, ["x"], ["y"])], inputs: { x }, result: "y" };
      const arriving = scattered([2, 6], 7).data;
      const y = forward(layer).data;
      const [found] = await relevanceOf(layer, libra, arriving);
      const expected = Array.from(x.data, (each, at) => (arriving[at]! * y[at]!) / each);
      expect(relativeError(found!, expected)).toBeLessThan(1e-7);
    },
  );
});

describe("a layer norm", () => {
  test("keeps its deviation: without a shift it shares out all that it gives", async () => {
    const layer: Layer = {
      nodes: [makeNode("LayerNormalization", ["x", "gain"], ["y"], { axis: -1 })],
      inputs: { x: scattered([2, 4], 9) },
      weights: { gain: scattered([4], 8) },
      result: "y",
    };
    const arriving = scattered([2, 4], 10).data;
    const y = forward(layer).data;
    const [slopes] = await relevanceOf(layer, libra, arriving);
    const sum = (row: number, of: (at: number) => number) =>
      [0, 1, 2, 3].reduce((total, at) => total + of(4 * row + at), 0);
    for (const row of [0, 1]) {
      const given = sum(row, (at) => arriving[at]! * y[at]!);
      expect(Math.abs(given)).toBeGreaterThan(0.01);
      expect(sum(row, (at) => slopes![at]! * layer.inputs.x!.data[at]!)).toBeCloseTo(given, 9);
    }
  });
});
