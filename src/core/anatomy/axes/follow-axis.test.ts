// What becomes of an axis at each operator, checked by running the operator on numbers that name their position.
import { describe, expect, it } from "vitest";
import { openModel } from "../../../../tests/support/ort.ts";
import {
  type AttributeInput,
  makeFloatTensor,
  makeGraph,
  makeIntTensor,
  makeNode,
  makeUntypedValue,
  makeValue,
} from "../../onnx/build.ts";
import { indexGraph } from "../../onnx/graph-index.ts";
import { ElementType, type OnnxModel, type Tensor } from "../../onnx/model.ts";
import { inferFacts } from "../../onnx/shapes/infer-facts.ts";
import { elementCount } from "../../onnx/tensor-numbers.ts";
import { writeOnnx } from "../../onnx/write-onnx.ts";
import type { AxisFate } from "./axis-fate.ts";
import { followAxis } from "./follow-axis.ts";

type Attributes = Readonly<Record<string, AttributeInput>>;

/** Operator with its version, shape of `x`, axis, fate, attributes, and what it reads around `x`. */
type Case = readonly [string, readonly number[], number, AxisFate, Attributes?, (readonly (Tensor | "x")[])?];

const w = (...dims: readonly number[]) =>
  makeFloatTensor(
    "w",
    dims,
    Array.from({ length: elementCount(dims) }, (_, at) => Math.sin(at + 1)),
  );
const one = (index: number) => makeIntTensor("index", [], [index]);
const list = (name: string, ...values: readonly number[]) => makeIntTensor(name, [values.length], values);
/** `start:end:step` of an axis. */
const cut = (start: number, end: number, axis: number, step = 1) =>
  ["x", ...[list("starts", start), list("ends", end), list("axes", axis), list("steps", step)]] as const;

const keep = (axis: number): AxisFate => ({ kind: "kept", axis });
const blend = (axis: number): AxisFate => ({ kind: "blended", axis });
const pick = (axis: number | null, ...positions: readonly number[]): AxisFate => {
  return { kind: "picked", axis, positions };
};
const mean: AxisFate = { kind: "merged", how: "mean" };
const sum: AxisFate = { kind: "merged", how: "sum" };
const lost: AxisFate = { kind: "lost" };
const end = Number.MAX_SAFE_INTEGER;

const cases: readonly Case[] = [
  ["Add", [2, 3], 0, keep(0), {}, ["x", w(3)]],
  ["Mul", [2, 3], 0, keep(1), {}, ["x", w(4, 1, 3)]],
  ["Add", [1, 3], 0, lost, {}, ["x", w(5, 3)]],
  ["Transpose", [2, 3, 4], 1, keep(2), { perm: [0, 2, 1] }],
  ["Transpose", [2, 3, 4], 0, keep(2)],
  ["Softmax", [2, 3], 0, keep(0), { axis: -1 }],
  ["Softmax", [2, 3], 1, blend(1), { axis: -1 }],
  ["Softmax 11", [2, 3, 4], 2, blend(2), { axis: 1 }],
  ["Softmax 11", [2, 3, 4], 0, keep(0), { axis: 1 }],
  ["LayerNormalization", [2, 3, 4], 1, keep(1), {}, ["x", w(4)]],
  ["LayerNormalization", [2, 3, 4], 2, blend(2), {}, ["x", w(4)]],
  ["ReduceMean", [2, 3, 4], 1, keep(1), { axes: [0], keepdims: 1 }],
  ["ReduceMean", [2, 3, 4], 1, keep(0), { axes: [0], keepdims: 0 }],
  ["ReduceMean", [2, 3, 4], 1, mean, { axes: [-2] }],
  ["ReduceMean", [2, 3, 4], 1, mean],
  ["ReduceMean 18", [2, 3, 4], 1, mean, {}, ["x", list("axes", 1)]],
  ["GlobalAveragePool", [1, 2, 3, 4], 3, mean],
  ["Gather", [2, 3], 1, pick(null, 2), { axis: 1 }, ["x", one(-1)]],
  ["Gather", [2, 3], 1, pick(1, 2, 0), { axis: 1 }, ["x", list("index", 2, 0)]],
  ["Gather", [2, 3], 1, keep(0), { axis: 0 }, ["x", one(1)]],
  ["Slice", [2, 5], 1, pick(1, 1, 2, 3, 4), {}, cut(1, end, 1)],
  ["Slice", [2, 4], 1, pick(1, 3, 1), {}, cut(-1, -5, 1, -2)],
  ["Slice", [2, 4], 1, keep(1), {}, cut(0, 9, 1)],
  ["Slice", [2, 4], 1, keep(1), {}, cut(1, 2, 0)],
  ["Slice 9", [2, 4], 1, pick(1, 2, 3), { starts: [2], ends: [4], axes: [1] }],
  ["Concat", [2, 3], 1, { kind: "joined", axis: 1, offset: 4, length: 7 }, { axis: 1 }, [w(2, 4), "x"]],
  ["Concat", [2, 3], 1, keep(1), { axis: 0 }, ["x", w(4, 3)]],
  ["Split", [2, 5], 1, pick(1, 0, 1), { axis: 1 }, ["x", list("split", 2, 3)]],
  ["MatMul", [2, 3, 4], 1, keep(1), {}, ["x", w(4, 5)]],
  ["MatMul", [2, 3, 4], 2, sum, {}, ["x", w(4, 5)]],
  ["MatMul", [3, 4], 1, keep(2), {}, [w(2, 5, 3), "x"]],
  ["MatMul", [3, 4], 0, sum, {}, [w(2, 5, 3), "x"]],
  ["Gemm", [3, 4], 1, keep(0), { transA: 1 }, ["x", w(3, 5)]],
  ["Gemm", [3, 4], 0, keep(0), { transB: 1 }, ["x", w(5, 4)]],
  ["Gemm", [3, 4], 0, sum, { transA: 1 }, ["x", w(3, 5)]],
  ["Einsum", [2, 3, 4], 1, keep(2), { equation: "bhi,jh -> bjh" }, ["x", w(5, 3)]],
  ["Einsum", [2, 3, 4], 2, sum, { equation: "bhi,jh->bjh" }, ["x", w(5, 3)]],
  ["Conv", [1, 2, 4, 4], 1, lost, {}, ["x", w(3, 2, 1, 1)]],
  ["Conv", [1, 2, 4, 4], 2, blend(2), {}, ["x", w(3, 2, 3, 3)]],
  ["MaxPool", [1, 2, 4, 4], 1, keep(1), { kernel_shape: [2, 2] }],
  ["Flatten", [1, 3, 4], 1, lost, { axis: 1 }],
  ["Reshape", [2, 6], 0, keep(0), {}, ["x", list("shape", 2, 2, 3)]],
  ["CumSum", [2, 3], 1, lost, {}, ["x", one(1)]],
];

describe("followAxis", () => {
  const named = cases.map((row) => ({ name: `${row[0]} of ${row[1].join(" x ")}, axis ${row[2]}`, row }));

  it.each(named)("$name", async ({ row }) => {
    const [operator, shape, axis, fate, attributes, around] = row;
    const [opType, version = "17"] = operator.split(" ") as [string, string?];
    const model = modelOf(opType, Number(version), shape, attributes, around);
    const index = indexGraph(model.graph);
    const facts = inferFacts(model, index, new Map());
    const [node] = model.graph.nodes;
    const place = node!.inputs.indexOf("x");
    const context = { index, facts, opset: Number(version) };
    expect(followAxis(context, node!, place, 0, axis)).toEqual(fate);

    // A change at one position of the axis must show in the positions that the fate names, and nowhere else.
    const { data: before, shape: to } = await run(model, shape, null);
    for (let position = 0; position < shape[axis]!; position++) {
      const { data: after } = await run(model, shape, { axis, position });
      const changed = new Set<number>();
      const along = "axis" in fate ? fate.axis : null;
      const inner = along === null ? 0 : elementCount(to.slice(along + 1));
      for (const [at, value] of after.entries()) {
        if (Math.abs(value - before[at]!) < 1e-6) continue;
        changed.add(along === null ? 0 : Math.floor(at / inner) % to[along]!);
      }
      const told = toldPositions(fate, position);
      if (told !== null) expect([...changed].sort()).toEqual(told);
    }
  });
});

function toldPositions(fate: AxisFate, position: number): readonly number[] | null {
  switch (fate.kind) {
    case "kept":
      return [position];
    case "joined":
      return [position + fate.offset];
    case "picked":
      return fate.positions.flatMap((each, at) => (each === position ? [at] : []));
    case "merged":
      return [0];
    default:
      return null;
  }
}

function modelOf(
  opType: string,
  version: number,
  shape: readonly number[],
  attributes: Attributes = {},
  around: readonly (Tensor | "x")[] = ["x"],
): OnnxModel {
  const names = around.map((each) => (each === "x" ? each : each.name));
  const results = opType === "Split" ? ["y", "z"] : ["y"];
  const graph = makeGraph({
    nodes: [makeNode(opType, names, results, attributes)],
    initializers: around.filter((each) => each !== "x"),
    inputs: [makeValue("x", ElementType.float32, shape)],
    outputs: [makeUntypedValue("y")],
  });
  const opsets = [{ domain: "", version, rest: [] }];
  return { irVersion: 8, opsets, graph, source: new Uint8Array(0), rest: [] };
}

/** The result for numbers without a pattern, of which those at one position may be changed. */
async function run(
  model: OnnxModel,
  shape: readonly number[],
  change: { readonly axis: number; readonly position: number } | null,
) {
  const data = Float32Array.from({ length: elementCount(shape) }, (_, at) => {
    const inner = change === null ? 1 : elementCount(shape.slice(change.axis + 1));
    const isChanged = change !== null && Math.floor(at / inner) % shape[change.axis]! === change.position;
    return Math.cos(at * 1.9) + (isChanged ? 1.5 + Math.sin(at * 2.3) : 0);
  });
  const runner = await openModel(writeOnnx(model).bytes);
  const outputs = await runner.run({ x: { data, shape } });
  await runner.release();
  return outputs.y!;
}
