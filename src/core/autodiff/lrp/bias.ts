// Tells a bias from a summand in its own right, by what the constant looks like and what it is added to.
import type { Node } from "../../onnx/model.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { movingOperators } from "./moves.ts";

/** An Add of which one operand is a bias. */
export interface BiasedSum {
  readonly bias: Ref;
  readonly other: Ref;
}

/**
 * The parts of a sum that only shifts: by one number per channel, as linear layers do, or attention scores, as masks
 * and relative positions do. Null for a sum of two summands, such as a residual or tokens plus their positions, whose
 * constant differs from token to token.
 */
export function biasedSum(node: Node, builder: GraphBuilder): BiasedSum | null {
  if (node.opType !== "Add" && node.opType !== "Sub") return null;
  const [a, b] = node.inputs as readonly [Ref, Ref];
  if (builder.isConstant(a) === builder.isConstant(b)) return null;
  const [bias, other] = builder.isConstant(a) ? [a, b] : [b, a];
  const isVector = builder.dims(bias).filter((size) => size > 1).length <= 1;
  return isVector || areScores(other, builder) ? { bias, other } : null;
}

/** Whether a value is a product of two varying ones, apart from constant factors and shifts: of queries and keys. */
function areScores(ref: Ref, builder: GraphBuilder): boolean {
  const node = builder.producer(ref);
  if (node === undefined) return false;
  const varying = node.inputs.filter((input) => input !== "" && !builder.isConstant(input));
  if (node.opType === "MatMul" || node.opType === "Einsum") return varying.length > 1;
  const isStep = scaling.has(node.opType) || movingOperators.has(node.opType);
  return isStep && varying.length === 1 && areScores(varying[0]!, builder);
}

const scaling: ReadonlySet<string> = new Set(["Mul", "Div", "Add", "Sub"]);
