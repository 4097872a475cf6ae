// Nodes that pass their input on unchanged once sizes are known.
import { floatAttribute, intAttribute, intsAttribute } from "../../attributes.ts";
import type { Node } from "../../model.ts";
import type { Shape } from "../../shapes/facts.ts";
import type { Emitter, Rewrite, RewriteTable } from "../rewrite.ts";

function skip(node: Node, emit: Emitter, input = node.inputs[0]!): boolean {
  emit.node("Identity", [input], {}, node.outputs[0]!);
  return true;
}

/** To the type that the input has anyway. */
const cast: Rewrite = (node, view, emit) => {
  const to = node.opType === "CastLike" ? view.facts(node.inputs[1]).elementType : intAttribute(node, "to");
  return to != null && view.facts(node.inputs[0]).elementType === to && skip(node, emit);
};

/** Sizes known and equal before and after, for operators that only move elements in order or repeat or cut them. */
const sameSizes: Rewrite = (node, view, emit) => {
  return areEqual(view.shape(node.inputs[0]), view.shape(node.outputs[0])) && skip(node, emit);
};

/** Cutting keeps all elements in order only where it does not run backwards. */
const slice: Rewrite = (node, view, emit) => {
  const steps = node.inputs[4] ? view.numbers(node.inputs[4]) : [];
  return (steps?.every((step) => step === 1) ?? false) && sameSizes(node, view, emit);
};

const pad: Rewrite = (node, view, emit) => {
  return view.scalar(node.inputs[1]) === 0 && sameSizes(node, view, emit);
};

const transpose: Rewrite = (node, _, emit) => {
  const isInOrder = intsAttribute(node, "perm")?.every((axis, place) => axis === place) ?? false;
  return isInOrder && skip(node, emit);
};

/** Dropout does nothing outside training, and its mask is not read then. */
const dropout: Rewrite = (node, view, emit) => {
  const isTraining = node.inputs[2] ? view.scalar(node.inputs[2]) !== 0 : false;
  return !view.isRead(node.outputs[1]) && !isTraining && skip(node, emit);
};

const singleInput: Rewrite = (node, _, emit) => {
  return node.inputs.filter((name) => name !== "").length === 1 && skip(node, emit);
};

const singleResult: Rewrite = (node, _, emit) => node.outputs.length === 1 && skip(node, emit);

/** With the number that changes nothing, on either side where the order does not matter. */
function neutral(number: number, sides: readonly (0 | 1)[]): Rewrite {
  return (node, view, emit) => {
    const side = sides.find((each) => {
      const name = node.inputs[each]!;
      return view.scalar(name) === number || (number === 0 && view.isZero(name));
    });
    if (side === undefined) return false;
    const other = node.inputs[1 - side]!;
    return areEqual(view.shape(other), view.shape(node.outputs[0])) && skip(node, emit, other);
  };
}

/** A condition that is the same everywhere. */
const where: Rewrite = (node, view, emit) => {
  const condition = view.scalar(node.inputs[0]);
  if (condition === null) return false;
  const chosen = node.inputs[condition ? 1 : 2]!;
  return areEqual(view.shape(chosen), view.shape(node.outputs[0])) && skip(node, emit, chosen);
};

/** The maximum of an axis of one element is that element; so are mean and sum. */
const reduce: Rewrite = (node, view, emit) => {
  return intAttribute(node, "keepdims") !== 0 && sameSizes(node, view, emit);
};

const leakyRelu: Rewrite = (node, _, emit) => floatAttribute(node, "alpha") === 1 && skip(node, emit);

function areEqual(a: Shape | null, b: Shape | null): boolean {
  if (a === null || b === null || a.length !== b.length) return false;
  return a.every((size, axis) => size !== null && size === b[axis]);
}

/** What passes its input on, by operator. */
export const noOps: RewriteTable = {
  Cast: [cast],
  CastLike: [cast],
  Reshape: [sameSizes],
  Flatten: [sameSizes],
  Squeeze: [sameSizes],
  Unsqueeze: [sameSizes],
  Expand: [sameSizes],
  Tile: [sameSizes],
  Pad: [pad],
  Slice: [slice],
  Transpose: [transpose],
  Dropout: [dropout],
  Concat: [singleInput],
  Sum: [singleInput],
  Max: [singleInput],
  Min: [singleInput],
  Mean: [singleInput],
  Split: [singleResult],
  ReduceMean: [reduce],
  ReduceSum: [reduce],
  ReduceMax: [reduce],
  ReduceMin: [reduce],
  Mul: [neutral(1, [0, 1])],
  Div: [neutral(1, [1])],
  Add: [neutral(0, [0, 1])],
  Sub: [neutral(0, [1])],
  Pow: [neutral(1, [1])],
  Where: [where],
  LeakyRelu: [leakyRelu],
};
