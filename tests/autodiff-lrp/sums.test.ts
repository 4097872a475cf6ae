// Relevance through sums: residuals, positions, biases, masks, and values that are read more than once.
import { describe, expect, test } from "vitest";
import { attnLrpExplicit } from "../../src/core/autodiff/attn-lrp-explicit.ts";
import { lrp } from "../../src/core/autodiff/lrp.ts";
import { makeNode } from "../../src/core/onnx/build.ts";
import { relativeError } from "../support/golden.ts";
import { type Layer, relevanceOf, scattered } from "./layer.ts";
import { quotient, sum } from "./oracle.ts";

const dims = [1, 3, 4];
const a = scattered(dims, 1);
const b = scattered(dims, 2);
const { data: arriving } = scattered(dims, 3);

const numbers = (values: ArrayLike<number>) => Array.from(values);

function added(
  opType: "Add" | "Sub" | "Sum",
  inputs: Layer["inputs"],
  weights: Layer["weights"] = {},
): Layer {
  return { nodes: [makeNode(opType, ["a", "b"], ["y"])], inputs, weights, result: "y" };
}

describe("a sum of two values", () => {
  const expected = sum([numbers(a.data), numbers(b.data)], numbers(arriving));

  test.each(["Add", "Sum"] as const)("as %s keeps all that arrives", async (operator) => {
    const shares = await relevanceOf(added(operator, { a, b }), lrp(), arriving);
    for (const place of [0, 1]) expect(relativeError(shares[place]!, expected[place]!)).toBeLessThan(1e-12);
  });

  test("is one with a negated summand where it is a difference", async () => {
    const negated = { dims, data: b.data.map((each) => -each) };
    const [left, right] = await relevanceOf(added("Sub", { a, b: negated }), lrp(), arriving);
    expect(relativeError(left!, expected[0]!)).toBeLessThan(1e-12);
    expect(relativeError(right!, expected[1]!)).toBeLessThan(1e-12);
  });

  test("only divides in the original layers", async () => {
    const rules = lrp({ layers: "original" });
    const [left] = await relevanceOf(added("Add", { a, b }), rules, arriving);
    const plain = numbers(a.data).map((each, i) => each * quotient(arriving[i]!, each + b.data[i]!));
    expect(relativeError(left!, plain)).toBeLessThan(1e-12);
  });

  test("counts what goes to a summand that nobody asks for", async () => {
    const [alone] = await relevanceOf(added("Add", { a, b }), lrp(), arriving, ["a"]);
    expect(relativeError(alone!, expected[0]!)).toBeLessThan(1e-12);
  });

  test("gives relevance that cancels exactly nowhere, and none where the sum is zero", async () => {
    const opposite = { dims, data: a.data.map((each, i) => (i === 0 ? -each : each)) };
    const [share] = await relevanceOf(added("Add", { a, b: opposite }), lrp(), arriving);
    expect(share![0]).toBe(0);
    expect(Array.from(share!).every(Number.isFinite)).toBe(true);
  });
});

describe("a constant summand", () => {
  const expected = sum([numbers(a.data), numbers(b.data)], numbers(arriving));

  test("that differs from token to token, as positions, takes its share", async () => {
    const [tokens] = await relevanceOf(added("Add", { a }, { b }), lrp(), arriving);
    expect(relativeError(tokens!, expected[0]!)).toBeLessThan(1e-12);
  });

  test.each([[[4]], [[1, 1, 4]], [[1, 3, 1]], [[]]])("of sizes %j takes nothing", async (sizes) => {
    for (const rules of [lrp(), lrp({ layers: "original" }), attnLrpExplicit]) {
      const [tokens] = await relevanceOf(added("Add", { a }, { b: scattered(sizes, 2) }), rules, arriving);
      expect(tokens).toEqual(arriving);
    }
  });

  test("that shifts attention scores takes nothing, however it varies", async () => {
    const layer = (nodes: Layer["nodes"]): Layer => ({
      nodes: [
        makeNode("MatMul", ["q", "k"], ["products"]),
        makeNode("Mul", ["products", "scale"], ["s"]),
        ...nodes,
      ],
      inputs: { q: scattered([1, 2, 3, 4], 4), k: scattered([1, 2, 4, 3], 5) },
      weights: {
        scale: { dims: [], data: [0.5] },
        near: scattered([1, 2, 3, 3], 6),
        mask: { dims: [1, 1, 3, 3], data: [0, -1e30, -1e30, 0, 0, -1e30, 0, 0, 0] },
      },
      result: "y",
    });
    const { data } = scattered([1, 2, 3, 3], 7);
    const shifted = layer([makeNode("Add", ["s", "near"], ["t"]), makeNode("Add", ["mask", "t"], ["y"])]);
    const plain = layer([makeNode("Identity", ["s"], ["y"])]);
    expect(await relevanceOf(shifted, lrp(), data)).toEqual(await relevanceOf(plain, lrp(), data));
  });
});

describe("a value that is read more than once", () => {
  /** Both readers pass what arrives at them. */
  const layer: Layer = {
    nodes: [
      makeNode("Relu", ["a"], ["left"]),
      makeNode("Neg", ["a"], ["right"]),
      makeNode("Concat", ["left", "right"], ["y"], { axis: 1 }),
    ],
    inputs: { a: { dims, data: a.data.map((each, i) => (i === 5 ? 0 : each)) } },
    result: "y",
  };
  const { data } = scattered([1, 6, 4], 9);

  test("gets the sum of what they send back, and nothing where it is zero", async () => {
    const [relevance] = await relevanceOf(layer, lrp(), data);
    const expected = Array.from(layer.inputs.a!.data, (x, i) => {
      return x * (quotient(data[i]!, x) + quotient(data[i + 12]!, x));
    });
    expect(relativeError(relevance!, expected)).toBeLessThan(1e-12);
    expect(relevance![5]).toBe(0);
  });

  test("gets the whole sum by AttnLRP", async () => {
    const [relevance] = await relevanceOf(layer, attnLrpExplicit, data);
    const expected = numbers(a.data).map((_, i) => data[i]! + data[i + 12]!);
    expect(relativeError(relevance!, expected)).toBeLessThan(1e-14);
  });

  test("gets its parts unchanged where the readers share it out", async () => {
    const parts = [0, 1, 2].map((place) =>
      makeNode("Gather", ["a", `at${place}`], [`p${place}`], { axis: 1 }),
    );
    const split: Layer = {
      nodes: [...parts, makeNode("Concat", ["p2", "p0", "p1"], ["y"], { axis: 1 })],
      inputs: layer.inputs,
      integers: { at0: [0], at1: [1], at2: [2] },
      result: "y",
    };
    const [relevance] = await relevanceOf(split, lrp(), arriving);
    expect(Array.from(relevance!)).toEqual([...arriving.slice(4), ...arriving.slice(0, 4)]);
  });

  test("is picked from by a division where only one reader picks", async () => {
    const pick: Layer = {
      nodes: [makeNode("Gather", ["a", "at"], ["y"], { axis: 1 })],
      inputs: layer.inputs,
      integers: { at: [1] },
      result: "y",
    };
    const [relevance] = await relevanceOf(pick, lrp(), arriving.slice(0, 4));
    const row = numbers(layer.inputs.a!.data).slice(4, 8);
    const expected = row.map((x, i) => x * quotient(arriving[i]!, x));
    expect(relativeError(relevance!.slice(4, 8), expected)).toBeLessThan(1e-14);
    expect(relevance![5]).toBe(0);
    expect(relevance!.slice(0, 4)).toEqual(new Float64Array(4));
  });
});
