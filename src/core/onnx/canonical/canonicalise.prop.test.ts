// For random graphs: the same numbers, nothing left to do the second time, and the input untouched.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareCanonical,
  numberTensor,
  smallModel,
  waveFeeds,
  waveTensor,
} from "../../../../tests/support/small-models.ts";
import { makeIntTensor, makeNode } from "../build.ts";
import type { Node, OnnxModel } from "../model.ts";
import { canonicalise } from "./canonicalise.ts";

const shape = [2, 3, 4];

const constants = [
  numberTensor("zero", 0),
  numberTensor("one", 1),
  numberTensor("two", 2),
  numberTensor("half", 0.5),
  numberTensor("small", 1e-3),
  numberTensor("root", Math.SQRT2),
  waveTensor("vector", [4]),
  waveTensor("row", [1, 3, 1]),
  waveTensor("square", [4, 4]),
  makeIntTensor("lastAxis", [1], [-1]),
  makeIntTensor("middle", [1], [1]),
  makeIntTensor("turned", [3], [4, 3, 2]),
  makeIntTensor("start", [1], [1]),
];

/** Some nodes that make `to` of `from` and of any earlier value, all of the same shape. */
type Step = (from: string, to: string, other: string) => readonly Node[];

const unary =
  (opType: string): Step =>
  (from, to) => [makeNode(opType, [from], [to])];
const withConstant =
  (opType: string, constant: string): Step =>
  (from, to) => [makeNode(opType, [from, constant], [to])];

const steps: readonly Step[] = [
  unary("Relu"),
  unary("Identity"),
  unary("Dropout"),
  unary("Tanh"),
  withConstant("Add", "zero"),
  withConstant("Mul", "one"),
  withConstant("Mul", "vector"),
  withConstant("Add", "row"),
  withConstant("Div", "two"),
  withConstant("MatMul", "square"),
  (from, to, other) => [makeNode("Add", [other, from], [to])],
  (from, to, other) => [
    makeNode("Mul", [from, other], [`${to}.wide`]),
    makeNode("Tanh", [`${to}.wide`], [to]),
  ],
  (from, to) => [makeNode("Softmax", [from], [to], { axis: -1 })],
  (from, to) => [
    makeNode("Softmax", [from], [`${to}.soft`], { axis: -1 }),
    makeNode("IsNaN", [`${to}.soft`], [`${to}.nan`]),
    makeNode("Where", [`${to}.nan`, "zero", `${to}.soft`], [to]),
  ],
  (from, to) => [
    makeNode("Transpose", [from], [`${to}.t`], { perm: [2, 1, 0] }),
    makeNode("Transpose", [`${to}.t`], [to], { perm: [2, 1, 0] }),
  ],
  (from, to, other) => [
    makeNode("Reshape", [from, "turned"], [`${to}.r`]),
    makeNode("Shape", [other], [`${to}.s`]),
    makeNode("Reshape", [`${to}.r`, `${to}.s`], [to]),
  ],
  (from, to, other) => [
    makeNode("Shape", [other], [`${to}.s`]),
    makeNode("Gather", [`${to}.s`, "start"], [`${to}.g`]),
    makeNode("Slice", [from, "start", `${to}.g`, "middle"], [`${to}.c`]),
    makeNode("ReduceMean", [`${to}.c`, "middle"], [`${to}.m`]),
    makeNode("Sub", [from, `${to}.m`], [to]),
  ],
  (from, to) => [
    makeNode("Div", [from, "root"], [`${to}.u`]),
    makeNode("Erf", [`${to}.u`], [`${to}.e`]),
    makeNode("Add", [`${to}.e`, "one"], [`${to}.g`]),
    makeNode("Mul", [from, `${to}.g`], [`${to}.p`]),
    makeNode("Mul", [`${to}.p`, "half"], [to]),
  ],
  (from, to) => [
    makeNode("ReduceMean", [from, "lastAxis"], [`${to}.m`]),
    makeNode("Sub", [from, `${to}.m`], [`${to}.d`]),
    makeNode("Pow", [`${to}.d`, "two"], [`${to}.q`]),
    makeNode("ReduceMean", [`${to}.q`, "lastAxis"], [`${to}.v`]),
    makeNode("Add", [`${to}.v`, "small"], [`${to}.b`]),
    makeNode("Sqrt", [`${to}.b`], [`${to}.s`]),
    makeNode("Div", [`${to}.d`, `${to}.s`], [to]),
  ],
  (from, to) => [makeNode("QuickGelu", [from], [to], {}, "com.microsoft")],
  (from, to, other) => [
    makeNode(
      "SkipLayerNormalization",
      [from, other, "vector"],
      [to, "", "", `${to}.sum`],
      { epsilon: { float: 1e-3 } },
      "com.microsoft",
    ),
  ],
];

/** A chain of steps in which each may also read any value before it; some inner values are outputs. */
const graphs = fc
  .array(fc.record({ kind: fc.nat(steps.length - 1), other: fc.nat(), isOutput: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((choices) => {
    const values = ["x"];
    const outputs: string[] = [];
    const nodes = choices.flatMap(({ kind, other, isOutput }, place) => {
      const to = `v${place}`;
      const written = steps[kind]!(values.at(-1)!, to, values[other % values.length]!);
      values.push(to);
      if (isOutput || place === choices.length - 1) outputs.push(to);
      return written;
    });
    return smallModel({ nodes, constants, inputs: { x: shape }, outputs });
  });

describe("canonical form of random graphs", () => {
  it("gives the same numbers", async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async (model) => {
        const { difference, operators } = await compareCanonical(model, waveFeeds({ x: shape }));
        // Chains of normalisations enlarge the last bits of what they get.
        expect(difference).toBeLessThan(1e-3);
        expect(operators.filter((operator) => removed.test(operator))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("is reached in one go", () => {
    fc.assert(
      fc.property(graphs, (model) => {
        const once = canonicalise(model, { inputShapes: new Map() });
        expect(canonicalise(once, { inputShapes: new Map() })).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });

  it("leaves the model that it is given as it was", () => {
    fc.assert(
      fc.property(graphs, (model) => {
        const before = printed(model);
        canonicalise(model, { inputShapes: new Map() });
        expect(printed(model)).toBe(before);
      }),
      { numRuns: 50 },
    );
  });
});

const removed = /^(?:Shape|Dropout|Erf|Sqrt|IsNaN|com\.microsoft\..*)$/;

function printed(model: OnnxModel): string {
  return JSON.stringify(model, (_, each) => {
    if (each instanceof Uint8Array) return [...each].join();
    return typeof each === "bigint" ? `${each}n` : each;
  });
}
