// Where what arrives at a node is zero but for a few rows, as behind a class token, only these rows go through it.
import { intAttribute } from "../onnx/attributes.ts";
import type { Node } from "../onnx/model.ts";
import { isStandardDomain } from "../onnx/operator-sets.ts";
import { elementCount } from "../onnx/tensor-numbers.ts";
import { type Piece, pieceOf } from "./accumulate.ts";
import { axisOf } from "./axes.ts";
import { reducedAxes } from "./gradient/reductions.ts";
import type { GraphBuilder, Ref } from "./graph-builder.ts";
import { sameDims, transposeOrder } from "./layout-operations.ts";
import type { Rule } from "./rule.ts";

/**
 * The rule's results for what arrives, by way of a smaller node where that is the same: one whose inputs and result
 * are cut to the rows that something arrives at.
 */
export function byParts(
  rule: Rule,
  node: Node,
  upstream: Ref,
  builder: GraphBuilder,
): readonly (Ref | null)[] {
  const piece = pieceOf(builder, upstream);
  const axes = piece === null ? null : rowAxes(node, piece.axis, builder);
  if (piece === null || axes === null) return rule(node, upstream, builder);
  const whole = new Map<Ref, Ref>();
  const cut = (name: Ref, axis: number) => {
    const part = builder.slice(name, axis, piece.start, piece.end);
    whole.set(part, name);
    return part;
  };
  const inputs = node.inputs.map((name, place) => (axes[place] == null ? name : cut(name, axes[place])));
  const outputs = [cut(node.outputs[0]!, piece.axis)];
  const original = (ref: Ref) => whole.get(ref) ?? ref;
  const results = rule({ ...node, inputs, outputs }, piece.part, {
    ...builder,
    flowsTo: (ref) => builder.flowsTo(original(ref)),
    isConstant: (ref) => builder.isConstant(original(ref)),
    readersOf: (ref) => builder.readersOf(original(ref)),
  });
  return results.map((result, place) => {
    if (result === null || axes[place] == null) return result;
    return restored(builder, result, { input: node.inputs[place]!, axis: axes[place], ...bounds(piece) });
  });
}

const bounds = ({ start, end }: Piece) => ({ start, end });

interface Restored {
  readonly input: Ref;
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

/** The rows with zeros around them. */
function restored(builder: GraphBuilder, result: Ref, { input, axis, start, end }: Restored): Ref {
  const dims = builder.dims(input);
  const part = dims.map((size, place) => (place === axis ? end - start : size));
  return builder.pad(builder.expand(result, part), axis, start, dims[axis]! - end);
}

/** For every input the axis along which its rows alone make those of the result; null where all of it does. */
type RowAxes = readonly (number | null)[];

/** @returns null for operators that mix what lies along `axis` of their result. */
function rowAxes(node: Node, axis: number, builder: GraphBuilder): RowAxes | null {
  if (!isStandardDomain(node.domain) || node.outputs.length !== 1) return null;
  return rowAxesOf[node.opType]?.(node, axis, builder) ?? null;
}

type Find = (node: Node, axis: number, builder: GraphBuilder) => RowAxes | null;

/** Inputs that are repeated along the axis stay whole. */
const broadcasting: Find = ({ inputs, outputs }, axis, builder) => {
  const result = builder.dims(outputs[0]!);
  return inputs.map((input) => {
    const dims = builder.dims(input);
    const own = axis - (result.length - dims.length);
    return own < 0 || dims[own] !== result[axis] ? null : own;
  });
};

const matMul: Find = ({ inputs }, axis, builder) => {
  const [left, right] = inputs.map((input) => builder.dims(input)) as [readonly number[], readonly number[]];
  const isRows = left.length >= Math.max(right.length, 2) && axis === left.length - 2;
  return isRows && right.length > 1 ? [axis, null] : null;
};

const gemm: Find = (node, axis, builder) => {
  if (axis !== 0 || intAttribute(node, "transA") === 1) return null;
  const added = node.inputs[2] ? builder.dims(node.inputs[2]) : [];
  return [0, null, added.length === 2 && added[0] !== 1 ? 0 : null];
};

const layerNormalization: Find = (node, axis, builder) =>
  axis < axisOf(node, builder.dims(node.inputs[0]!).length, -1) ? [axis, null, null] : null;

const softmax: Find = (node, axis, builder) => {
  const { length } = builder.dims(node.inputs[0]!);
  const own = axisOf(node, length, builder.opset >= 13 ? -1 : 1);
  return (builder.opset >= 13 ? axis !== own : axis < own) ? [axis] : null;
};

const reduction: Find = (node, axis, builder) =>
  intAttribute(node, "keepdims") === 0 || reducedAxes(node, builder).includes(axis) ? null : [axis, null];

/** The axis of the input with as many elements before, along and behind it. */
const reshape: Find = ({ inputs, outputs }, axis, builder) => {
  const [from, to] = [builder.dims(inputs[0]!), builder.dims(outputs[0]!)];
  const profile = (dims: readonly number[], place: number) => [
    elementCount(dims.slice(0, place)),
    dims[place]!,
    elementCount(dims.slice(place + 1)),
  ];
  const own = from.findIndex((_, place) => sameDims(profile(from, place), profile(to, axis)));
  return own < 0 ? null : [own, null];
};

const transpose: Find = (node, axis, builder) => [
  transposeOrder(node, builder.dims(node.inputs[0]!).length)[axis]!,
];

function rows(operators: string, find: Find): Readonly<Record<string, Find>> {
  return Object.fromEntries(operators.split(" ").map((operator) => [operator, find]));
}

const rowAxesOf: Readonly<Record<string, Find>> = {
  ...rows("Add Sub Mul Div Pow Where Sqrt Exp Neg Reciprocal Identity Cast Dropout Clone", broadcasting),
  ...rows("Relu Gelu Erf Tanh Sigmoid Swish HardSwish HardSigmoid Elu LeakyRelu Softplus Mish", broadcasting),
  ...rows("Reshape Squeeze Unsqueeze Flatten", reshape),
  ...rows("Softmax LogSoftmax", softmax),
  ...rows("LayerNormalization RMSNormalization", layerNormalization),
  ...rows("ReduceMean ReduceSum", reduction),
  MatMul: matMul,
  Gemm: gemm,
  Transpose: transpose,
};
