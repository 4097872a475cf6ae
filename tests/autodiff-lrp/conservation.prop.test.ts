// What relevance rules promise for any numbers: nothing is lost or made, and twice as much arriving is twice as much.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cpLrp } from "../../src/core/autodiff/attn-lrp.ts";
import { attnLrpExplicit } from "../../src/core/autodiff/attn-lrp-explicit.ts";
import { withGamma } from "../../src/core/autodiff/lrp/gamma.ts";
import { lrp } from "../../src/core/autodiff/lrp.ts";
import type { RuleTable } from "../../src/core/autodiff/rule.ts";
import { makeNode } from "../../src/core/onnx/build.ts";
import type { Numbers } from "../support/evaluate.ts";
import { relativeError } from "../support/golden.ts";
import { propagate } from "../support/relevance.ts";
import { forward, type Layer, modelOf } from "./layer.ts";

/** Sizes at which shifts of 1e-9 do not show. */
const sizeable = fc
  .double({ min: 0.1, max: 2, noNaN: true })
  .chain((size) => fc.boolean().map((isNegative) => (isNegative ? -size : size)));

function tensor(dims: readonly number[], element: fc.Arbitrary<number> = sizeable): fc.Arbitrary<Numbers> {
  const count = dims.reduce((product, size) => product * size, 1);
  return fc.array(element, { minLength: count, maxLength: count }).map((data) => ({ dims, data }));
}

const size = fc.integer({ min: 1, max: 4 });

function relevance(layer: Layer, rules: RuleTable, seed: Numbers): readonly Float64Array[] {
  const wanted = Object.keys(layer.inputs);
  const arrived = propagate({
    model: modelOf(layer),
    feeds: layer.inputs,
    rules,
    from: layer.result,
    seed,
    wanted,
  });
  return wanted.map((name) => arrived[name]!);
}

const total = (values: ArrayLike<number>) => Array.from(values).reduce((sum, each) => sum + each, 0);

/** Compared with what could be lost, since relevance of both signs may nearly cancel. */
function expectConserved(shares: readonly Float64Array[], seed: Numbers, tolerance: number): void {
  const all = shares.reduce((sum, share) => sum + total(share), 0);
  const moved = shares.reduce((sum, share) => sum + total(share.map(Math.abs)), 1);
  expect(Math.abs(all - total(seed.data)) / moved).toBeLessThan(tolerance);
}

describe("relevance is conserved", () => {
  test("by linear layers, where anything speaks for each result", () => {
    const layers = fc.tuple(size, size, size).chain(([rows, inner, columns]) =>
      fc.record({
        x: tensor([rows, inner]),
        w: tensor([inner, columns]),
        b: tensor([columns]),
        seed: tensor([rows, columns]),
      }),
    );
    fc.assert(
      fc.property(layers, ({ x, w, b, seed }) => {
        const layer: Layer = {
          nodes: [makeNode("Gemm", ["x", "w", "b"], ["y"])],
          inputs: { x },
          weights: { w, b },
          result: "y",
        };
        const [rows, columns] = seed.dims as readonly [number, number];
        const speaks = (row: number, column: number) =>
          Array.from(
            { length: x.dims[1]! },
            (_, k) => x.data[row * x.dims[1]! + k]! * w.data[k * columns + column]!,
          );
        const isSpokenFor = Array.from({ length: rows * columns }, (_, i) =>
          speaks(Math.floor(i / columns), i % columns).some((each) => each > 0),
        );
        const kept = { ...seed, data: Array.from(seed.data, (each, i) => (isSpokenFor[i] ? each : 0)) };
        expectConserved(relevance(layer, lrp(), seed), kept, 1e-6);
      }),
    );
  });

  test("by sums of two values, whatever their sizes, with the sign of what arrived", () => {
    const layers = fc
      .tuple(size, size)
      .chain((dims) => fc.record({ a: tensor(dims), b: tensor(dims), seed: tensor(dims) }));
    fc.assert(
      fc.property(layers, ({ a, b, seed }) => {
        fc.pre(Array.from(a.data).every((each, i) => Math.abs(each + b.data[i]!) > 0.01));
        fc.pre(Math.abs(total(seed.data)) > 0.01);
        const layer: Layer = { nodes: [makeNode("Add", ["a", "b"], ["y"])], inputs: { a, b }, result: "y" };
        const shares = relevance(layer, lrp(), seed);
        const plain = relevance(layer, lrp({ layers: "original" }), seed);
        fc.pre(plain.every((share) => Math.abs(total(share)) > 0.01));
        expectConserved(shares, seed, 1e-6);
        for (const share of shares) expect(Math.sign(total(share))).toBe(Math.sign(total(seed.data)));
      }),
    );
  });

  test.each([
    ["Chefer's rules", lrp(), 1e-5],
    ["AttnLRP", attnLrpExplicit, 1e-5],
  ] as const)("by products of two values, by %s", (_, rules, tolerance) => {
    const layers = fc.tuple(size, size, size, size).chain(([heads, rows, inner, columns]) =>
      fc.record({
        a: tensor([heads, rows, inner]),
        b: tensor([heads, inner, columns]),
        seed: tensor([heads, rows, columns]),
      }),
    );
    fc.assert(
      fc.property(layers, ({ a, b, seed }) => {
        const layer: Layer = {
          nodes: [makeNode("MatMul", ["a", "b"], ["y"])],
          inputs: { a, b },
          result: "y",
        };
        fc.pre(Array.from(forward(layer).data).every((each) => Math.abs(each) > 0.01));
        expectConserved(relevance(layer, rules, seed), seed, tolerance);
      }),
    );
  });

  test("by the gamma rule without a bias", () => {
    const layers = fc.tuple(size, size, size).chain(([rows, inner, columns]) =>
      fc.record({
        x: tensor([rows, inner]),
        w: tensor([inner, columns]),
        seed: tensor([rows, columns]),
        gamma: fc.double({ min: 0, max: 10, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(layers, ({ x, w, seed, gamma }) => {
        const layer: Layer = {
          nodes: [makeNode("MatMul", ["x", "w"], ["y"])],
          inputs: { x },
          weights: { w },
          result: "y",
        };
        const y = forward(layer).data;
        fc.pre(Array.from(y).every((each) => Math.abs(each) > 0.01));
        const [gradient] = relevance(layer, withGamma(cpLrp, { convolution: gamma, linear: gamma }), seed);
        const arrived = { ...seed, data: Array.from(seed.data, (each, i) => each * y[i]!) };
        expectConserved([gradient!.map((each, i) => each * x.data[i]!)], arrived, 1e-3);
      }),
    );
  });
});

test("what arrives passes in proportion, also through sums that are scaled as a whole", () => {
  const layers = fc.record({ a: tensor([3, 3]), w: tensor([3, 3]), seed: tensor([3, 3]), factor: sizeable });
  fc.assert(
    fc.property(layers, ({ a, w, seed, factor }) => {
      const layer: Layer = {
        nodes: [makeNode("MatMul", ["a", "w"], ["p"]), makeNode("Add", ["a", "p"], ["y"])],
        inputs: { a },
        weights: { w },
        result: "y",
      };
      const [once] = relevance(layer, attnLrpExplicit, seed);
      const scaled = { ...seed, data: Array.from(seed.data, (each) => each * factor) };
      const [more] = relevance(layer, attnLrpExplicit, scaled);
      expect(
        relativeError(
          more!,
          once!.map((each) => each * factor),
        ),
      ).toBeLessThan(1e-9);
      const [ours] = relevance(layer, lrp(), seed);
      const [oursMore] = relevance(layer, lrp(), scaled);
      const sums = [ours!, oursMore!].map(total);
      fc.pre(
        sums.every(Number.isFinite) &&
          Math.abs(sums[0]!) > 1e-2 &&
          ours!.every((each) => Math.abs(each) < 1e3),
      );
      expect(
        relativeError(
          oursMore!,
          ours!.map((each) => each * factor),
        ),
      ).toBeLessThan(1e-3);
    }),
  );
});
