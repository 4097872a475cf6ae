// Tells a bias from a summand in its own right, by what the constant looks like and what it is added to.
import type { Node } from "../../onnx/model.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { comesFromProduct } from "./varying-product.ts";

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
  return isVector || comesFromProduct(other, builder) ? { bias, other } : null;
}
