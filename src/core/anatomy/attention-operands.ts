// Finds queries, keys and values of an attention, behind the scales and transpositions before its products.
import { intsAttribute } from "../onnx/attributes.ts";
import type { Node } from "../onnx/model.ts";
import { sizeOf } from "../onnx/shapes/facts.ts";
import type { HeadTensor } from "./anatomy.ts";
import { stepAt } from "./axes/follow-axis.ts";
import { summedAxis } from "./axes/product-fates.ts";
import { trackAxis } from "./flow-between.ts";
import type { FlowContext } from "./flow-context.ts";
import type { MixingAttention } from "./softmax-attention.ts";

/** Each is null where its axes cannot be told. */
export interface AttentionOperands {
  readonly queries: HeadTensor | null;
  readonly keys: HeadTensor | null;
  readonly values: HeadTensor | null;
}

/** Queries end as the rows of the softmax, keys as its columns. */
export function findOperands(context: FlowContext, found: MixingAttention): AttentionOperands {
  const { product, mixing, softmax } = found;
  const scores = softmax.inputs[0]!;
  const rank = context.facts.get(scores)?.shape?.length ?? Number.NaN;
  const operands = [0, 1].map((place) => operandAt(context, product, place));
  const endingAs = (wanted: number) => {
    const operand = operands.find((each) => {
      return each !== null && trackAxis(context, each.operand, each.kept, scores) === wanted;
    });
    return operand ? unscaled(context, operand.operand, operand.kept) : null;
  };
  const value = operandAt(context, mixing, mixing.inputs.indexOf(found.values));
  return {
    queries: endingAs(rank - 2),
    keys: endingAs(rank - 1),
    values: value && unscaled(context, value.operand, value.summed),
  };
}

interface Operand {
  readonly operand: string;
  /** The axis that the product sums over. */
  readonly summed: number;
  /** The other one of the last two. */
  readonly kept: number;
}

function operandAt(context: FlowContext, product: Node, place: number): Operand | null {
  const step = stepAt(context, product, place, 0);
  const summed = step === null ? null : summedAxis(step);
  if (step === null || summed === null || summed < step.from.length - 2) return null;
  return { operand: product.inputs[place]!, summed, kept: otherOfLastTwo(summed, step.from.length) };
}

function otherOfLastTwo(axis: number, rank: number): number {
  if (axis === rank - 1) return rank - 2;
  return axis === rank - 2 ? rank - 1 : axis;
}

/** The value before it was scaled, copied, and its last axes swapped. */
function unscaled(context: FlowContext, operand: string, axis: number): HeadTensor {
  let [tensor, tokenAxis] = [operand, axis];
  for (;;) {
    const node = context.index.producers.get(tensor);
    const data = node?.inputs.filter((name) => context.fromImage.has(name)) ?? [];
    if (node === undefined || data.length !== 1) break;
    if (isSwap(node)) tokenAxis = otherOfLastTwo(tokenAxis, intsAttribute(node, "perm")!.length);
    else if (!isScale(context, node)) break;
    tensor = data[0]!;
  }
  return { tensor, tokenAxis };
}

function isSwap(node: Node): boolean {
  const order = node.opType === "Transpose" ? intsAttribute(node, "perm") : undefined;
  return order?.every((axis, place) => axis === otherOfLastTwo(place, order.length)) ?? false;
}

/** A product or quotient with one number, or a copy. */
function isScale(context: FlowContext, node: Node): boolean {
  if (node.opType === "Identity" || node.opType === "Cast") return true;
  if (node.opType !== "Mul" && node.opType !== "Div") return false;
  const [constant] = node.inputs.filter((name) => !context.fromImage.has(name));
  const shape = context.facts.get(constant ?? "")?.shape;
  const isFirst = context.fromImage.has(node.inputs[0]!);
  return !!shape && sizeOf(shape) === 1 && (isFirst || node.opType === "Mul");
}
