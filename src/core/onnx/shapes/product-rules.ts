// Shape rules of matrix products and reductions.
import { intAttribute, textAttribute } from "../attributes.ts";
import { readEinsumEquation } from "../einsum-equation.ts";
import { ElementType } from "../model.ts";
import {
  axesOf,
  broadcast,
  facts,
  frontAxis,
  inputFacts,
  knownValues,
  type RuleInput,
  type Shape,
  type ShapeRule,
  withValues,
} from "./facts.ts";

/** NumPy's matrix product: vectors lose the axis that was added to them. */
export function matMulShape(a: Shape | null, b: Shape | null): Shape | null {
  if (a === null || b === null || a.length === 0 || b.length === 0) return null;
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const batch = broadcast(left.slice(0, -2), right.slice(0, -2))!;
  const rows = a.length === 1 ? [] : [left.at(-2)!];
  const columns = b.length === 1 ? [] : [right.at(-1)!];
  return [...batch, ...rows, ...columns];
}

const matMul =
  (elementType?: number): ShapeRule =>
  (at) => {
    const [a, b] = [inputFacts(at, 0), inputFacts(at, 1)];
    return [facts(elementType ?? a.elementType, matMulShape(a.shape, b.shape))];
  };

/** com.microsoft.FusedMatMul: `transA` and `transB` swap the last two axes. */
const fusedMatMul: ShapeRule = (at) => {
  const [a, b] = [inputFacts(at, 0), inputFacts(at, 1)];
  const left = intAttribute(at.node, "transA") === 1 ? swapped(a.shape) : a.shape;
  const right = intAttribute(at.node, "transB") === 1 ? swapped(b.shape) : b.shape;
  return [facts(a.elementType, matMulShape(left, right))];
};

function swapped(shape: Shape | null): Shape | null {
  if (shape === null || shape.length < 2) return shape;
  return [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];
}

const gemm: ShapeRule = (at) => {
  const [a, b] = [inputFacts(at, 0), inputFacts(at, 1)];
  const rows = a.shape?.[intAttribute(at.node, "transA") === 1 ? 1 : 0] ?? null;
  const columns = b.shape?.[intAttribute(at.node, "transB") === 1 ? 0 : 1] ?? null;
  return [facts(a.elementType, [rows, columns])];
};

const einsum: ShapeRule = (at) => {
  const { elementType } = inputFacts(at, 0);
  const shapes = at.facts.map(({ shape }) => shape);
  const text = textAttribute(at.node, "equation") ?? "";
  if (text.includes("...") && shapes.includes(null)) return [facts(elementType, null)];
  const { terms, result } = readEinsumEquation(
    text,
    shapes.map((shape) => shape?.length ?? 0),
  );
  const sizes = new Map<string, number | null>();
  for (const [input, term] of terms.entries()) {
    for (const [axis, letter] of [...term].entries()) {
      sizes.set(letter, sizes.get(letter) ?? shapes[input]?.[axis] ?? null);
    }
  }
  return [
    facts(
      elementType,
      [...result].map((letter) => sizes.get(letter) ?? null),
    ),
  ];
};

/** @param compute for lists of sizes, which become one number. */
const reduceBy =
  (compute: ((values: readonly number[]) => number) | null): ShapeRule =>
  (at) => {
    const input = inputFacts(at, 0);
    const { shape, elementType } = input;
    const axes = axesOf(at);
    if (shape === null || axes === null) return [facts(elementType, null)];
    const isNothingReduced = axes === undefined && intAttribute(at.node, "noop_with_empty_axes") === 1;
    if (isNothingReduced) return [facts(elementType, shape)];
    const reduced = new Set(
      (axes ?? shape.map((_, axis) => axis)).map((axis) => frontAxis(axis, shape.length)),
    );
    const result = facts(elementType, withoutAxes(at, shape, reduced));
    const values = shape.length === 1 && compute !== null ? knownValues(input) : null;
    return [withValues(result, values === null || values.length === 0 ? null : [compute!(values)])];
  };

const reduce = reduceBy(null);

const argReduce: ShapeRule = (at) => {
  const { shape } = inputFacts(at, 0);
  if (shape === null) return [facts(ElementType.int64, null)];
  const axis = frontAxis(intAttribute(at.node, "axis") ?? 0, shape.length);
  return [facts(ElementType.int64, withoutAxes(at, shape, new Set([axis])))];
};

function withoutAxes(at: RuleInput, shape: Shape, reduced: ReadonlySet<number>): Shape {
  if (intAttribute(at.node, "keepdims") === 0) return shape.filter((_, axis) => !reduced.has(axis));
  return shape.map((size, axis) => (reduced.has(axis) ? 1 : size));
}

const topK: ShapeRule = (at) => {
  const { shape, elementType } = inputFacts(at, 0);
  const count = inputFacts(at, 1).values?.[0] ?? null;
  if (shape === null) return [facts(elementType, null), facts(ElementType.int64, null)];
  const axis = frontAxis(intAttribute(at.node, "axis") ?? -1, shape.length);
  const kept = shape.map((size, index) => (index === axis ? count : size));
  return [facts(elementType, kept), facts(ElementType.int64, kept)];
};

export const productRules: Readonly<Record<string, ShapeRule>> = {
  MatMul: matMul(),
  MatMulInteger: matMul(ElementType.int32),
  FusedMatMul: fusedMatMul,
  Gemm: gemm,
  FusedGemm: gemm,
  Einsum: einsum,
  ReduceMean: reduce,
  ReduceSum: reduceBy((values) => values.reduce((sum, each) => sum + each, 0)),
  ReduceMax: reduceBy((values) => Math.max(...values)),
  ReduceMin: reduceBy((values) => Math.min(...values)),
  ReduceProd: reduceBy((values) => values.reduce((product, each) => product * each, 1)),
  ReduceL1: reduce,
  ReduceL2: reduce,
  ReduceSumSquare: reduce,
  ReduceLogSum: reduce,
  ReduceLogSumExp: reduce,
  ArgMax: argReduce,
  ArgMin: argReduce,
  TopK: topK,
};
