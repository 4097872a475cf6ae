// The operations that rules are written in: ONNX operators with shapes checked, in the form the graph's version wants.
import { intsAttribute } from "../onnx/attributes.ts";
import { frontAxis } from "../onnx/shapes/facts.ts";
import type { GraphCore, Ref } from "./graph-builder.ts";
import { createLayout, type Layout } from "./layout-operations.ts";

/** A value, or a number that takes the element type of the other operand. */
export type Operand = Ref | number;

type Binary = (x: Operand, y: Operand) => Ref;

export interface Operations extends Layout {
  readonly add: Binary;
  readonly sub: Binary;
  readonly mul: Binary;
  readonly div: Binary;
  readonly greater: Binary;
  readonly less: Binary;
  readonly equal: Binary;
  /** A number as a constant of the element type of `like`. */
  scalar(value: number, like: Ref): Ref;
  /** `condition ? x : y`. */
  where(condition: Ref, x: Operand, y: Operand): Ref;
  /** Sum over axes, which stay with size 1. */
  sum(x: Ref, axes: readonly number[]): Ref;
  /** Mean over axes, which stay with size 1. */
  mean(x: Ref, axes: readonly number[]): Ref;
  /** Maximum over axes, which stay with size 1. */
  max(x: Ref, axes: readonly number[]): Ref;
  /** Undoes the broadcasting of `like` to the shape of `x`: sums over the axes along which it was repeated. */
  sumTo(x: Ref, like: Ref): Ref;
  matMul(x: Ref, y: Ref): Ref;
  /** `alpha * x' y'` of matrices, transposed where asked; transposed weights are read as they are stored. */
  gemm(x: Ref, y: Ref, options?: GemmOptions): Ref;
}

export interface GemmOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  readonly alpha?: number;
}

export function createOperations(core: GraphCore): Operations {
  const layout = createLayout(core);
  const scalar = (value: number, like: Ref) => core.constant(core.elementType(like), [], [value]);
  const both = (x: Operand, y: Operand): readonly [Ref, Ref] => {
    if (typeof x === "string") return [x, typeof y === "string" ? y : scalar(y, x)];
    if (typeof y === "string") return [scalar(x, y), y];
    throw new Error("one operand must be a value");
  };
  const binary =
    (opType: string): Binary =>
    (x, y) =>
      core.emit(opType, both(x, y));
  const reduced = (opType: string, inputSince: number) => (x: Ref, axes: readonly number[]) => {
    const { length } = core.dims(x);
    const from = axes.map((axis) => frontAxis(axis, length));
    if (from.every((axis) => core.dims(x)[axis] === 1)) return x;
    if (core.opset < inputSince) return core.emit(opType, [x], { axes: from, keepdims: 1 });
    return core.emit(opType, [x, core.integers(from)], { keepdims: 1 });
  };
  const sum = reduced("ReduceSum", 13);

  return {
    ...layout,
    scalar,
    sum,
    mean: reduced("ReduceMean", 18),
    max: reduced("ReduceMax", 18),
    add: binary("Add"),
    sub: binary("Sub"),
    mul: (x, y) => (x === 1 ? (y as Ref) : y === 1 ? (x as Ref) : binary("Mul")(x, y)),
    div: binary("Div"),
    greater: binary("Greater"),
    less: binary("Less"),
    equal(x, y) {
      if (core.opset >= 11) return binary("Equal")(x, y);
      const differs = core.emit("Or", [binary("Greater")(x, y), binary("Less")(x, y)]);
      return core.emit("Not", [differs]);
    },
    where(condition, x, y) {
      const [yes, no] = both(x, y);
      if (core.opset >= 9) return core.emit("Where", [condition, yes, no]);
      const mask = layout.cast(condition, core.elementType(yes));
      const rest = core.emit("Sub", [scalar(1, yes), mask]);
      return core.emit("Add", [core.emit("Mul", [mask, yes]), core.emit("Mul", [rest, no])]);
    },
    sumTo(x, like) {
      const [from, dims] = [core.dims(x), core.dims(like)];
      const lead = from.length - dims.length;
      const axes = from.flatMap((size, axis) => (size !== 1 && (dims[axis - lead] ?? 1) === 1 ? [axis] : []));
      const summed = axes.length === 0 ? x : sum(x, axes);
      return lead > 0 ? layout.reshape(summed, core.dims(summed).slice(lead)) : summed;
    },
    matMul: (x, y) => core.emit("MatMul", [x, y]),
    gemm: (x, y, options = {}) => gemm(core, x, y, options),
  };
}

function gemm(core: GraphCore, x: Ref, y: Ref, options: GemmOptions): Ref {
  const [a, flipsA] = untransposed(core, x);
  const [b, flipsB] = untransposed(core, y);
  const transA = (options.transA ?? false) !== flipsA;
  const transB = (options.transB ?? false) !== flipsB;
  const { alpha = 1 } = options;
  // The third factor was not yet optional.
  const added = core.opset < 11 ? [core.constant(core.elementType(a), [], [0])] : [];
  return core.emit("Gemm", [a, b, ...added], {
    ...(transA ? { transA: 1 } : {}),
    ...(transB ? { transB: 1 } : {}),
    ...(alpha === 1 ? {} : { alpha: { float: alpha } }),
  });
}

/** The matrix before a Transpose, and whether there was one. */
function untransposed(core: GraphCore, ref: Ref): readonly [Ref, boolean] {
  const node = core.producer(ref);
  if (node?.opType !== "Transpose" || core.dims(ref).length !== 2) return [ref, false];
  return intsAttribute(node, "perm")?.[0] === 0 ? [ref, false] : [node.inputs[0]!, true];
}
