// Recognises attention by what it computes: a softmax of products of queries and keys, multiplied with values.
import { intAttribute } from "../onnx/attributes.ts";
import type { Node } from "../onnx/model.ts";
import type { FlowContext } from "./flow-context.ts";

export interface FoundAttention {
  readonly softmax: Node;
  /** Name of the softmax's result. */
  readonly tensor: string;
  /** Whether queries carry the picture; else they are learnt, as in pooling heads. */
  readonly queriesFromImage: boolean;
  /** The product of queries and keys. */
  readonly product: Node;
}

/** Attention whose result meets values. */
export interface MixingAttention extends FoundAttention {
  /** The product with the values. */
  readonly mixing: Node;
  /** The operand that is the values. */
  readonly values: string;
}

/** Softmaxes over the keys of the image's own attention, in execution order. */
export function findAttention(context: FlowContext): readonly MixingAttention[] {
  return softmaxesOfProducts(context).flatMap((found) => {
    const met = metValues(found.tensor, context);
    return met === null ? [] : [{ ...found, ...met }];
  });
}

/** Softmaxes of queries and keys, beside those found, whose result is changed before it meets values. */
export function hiddenAttention(
  context: FlowContext,
  found: readonly FoundAttention[],
): readonly FoundAttention[] {
  const known = new Set(found.map(({ tensor }) => tensor));
  return softmaxesOfProducts(context).filter(({ tensor, queriesFromImage }) => {
    return queriesFromImage && !known.has(tensor);
  });
}

function softmaxesOfProducts(context: FlowContext): readonly FoundAttention[] {
  return context.index.order.flatMap((softmax) => {
    const tensor = softmax.outputs[0];
    const scores = softmax.inputs[0];
    if (!softmaxOperators.has(softmax.opType) || !tensor || !scores) return [];
    if (!context.fromImage.has(tensor) || context.fromOther.has(tensor)) return [];
    if (!isOverLastAxis(softmax, context)) return [];
    const product = productBehind(scores, context);
    if (product === undefined || factorsFromImage(product, context).length === 0) return [];
    const queriesFromImage = factorsFromImage(product, context).length === 2;
    return [{ softmax, tensor, queriesFromImage, product }];
  });
}

const softmaxOperators: ReadonlySet<string> = new Set(["Softmax", "BiasSoftmax"]);

const products: ReadonlySet<string> = new Set(["MatMul", "FusedMatMul", "Einsum"]);

/** What may stand between the softmax and the product with the values: no-ops, dropout, NaN guards, layout. */
const afterSoftmax: ReadonlySet<string> = new Set([
  "Cast",
  "CastLike",
  "Identity",
  "Dropout",
  "IsNaN",
  "Where",
  "Mul",
  "Add",
  "Reshape",
  "Squeeze",
  "Unsqueeze",
  "Expand",
  "Transpose",
  "QuantizeLinear",
  "DequantizeLinear",
]);

/** What may stand between the product and the softmax: scale, mask, position bias, soft cap, layout. */
const beforeSoftmax: ReadonlySet<string> = new Set([
  ...afterSoftmax,
  "Div",
  "Sub",
  "Tanh",
  "Clip",
  "Max",
  "Min",
  "Concat",
  "Slice",
  "Pad",
  // Position biases that are added to a part of the scores in place.
  "ScatterND",
  "ScatterElements",
]);

/** Values looked at around one softmax: real models need a dozen, and a search must not wander off. */
const farthest = 64;

/** The axis is -1 by default since opset 13, and 1 before; ranks come from the inferred shapes. */
function isOverLastAxis(softmax: Node, context: FlowContext): boolean {
  const axis = intAttribute(softmax, "axis") ?? (context.opset >= 13 ? -1 : 1);
  if (axis < 0) return axis === -1;
  const rank = context.facts.get(softmax.inputs[0]!)?.shape?.length;
  return rank === undefined ? axis >= 2 : axis === rank - 1;
}

/** Where the result, through steps that keep its numbers, is multiplied with values that carry the picture. */
function metValues(
  tensor: string,
  context: FlowContext,
): { readonly mixing: Node; readonly values: string } | null {
  const waiting = [tensor];
  const own = new Set(waiting);
  for (let name = waiting.pop(); name !== undefined && own.size < farthest; name = waiting.pop()) {
    for (const node of context.index.consumers.get(name) ?? []) {
      if (isProduct(node)) {
        const others = node.inputs.slice(0, 2).filter((input) => !own.has(input));
        const values = others.find((input) => context.fromImage.has(input));
        if (values !== undefined) return { mixing: node, values };
      } else if (keepsNumbers(node, own, context)) {
        for (const output of node.outputs) {
          if (!own.has(output)) waiting.push(output);
          own.add(output);
        }
      }
    }
  }
  return null;
}

/** What joins the softmax's result on the way must be constant, or made of that result itself. */
function keepsNumbers(node: Node, own: ReadonlySet<string>, context: FlowContext): boolean {
  if (!afterSoftmax.has(node.opType)) return false;
  return node.inputs.every((name) => own.has(name) || !context.fromImage.has(name));
}

/** The product of queries and keys behind the scores; one with a constant counts only where no other is found. */
function productBehind(scores: string, context: FlowContext): Node | undefined {
  const waiting = [scores];
  const seen = new Set(waiting);
  let withConstant: Node | undefined;
  for (let name = waiting.pop(); name !== undefined && seen.size < farthest; name = waiting.pop()) {
    const node = context.index.producers.get(name);
    if (node === undefined) continue;
    if (isProduct(node)) {
      if (factorsFromImage(node, context).length === 2) return node;
      withConstant ??= node;
      if (!mixesHeads(node, context)) continue;
    } else if (!beforeSoftmax.has(node.opType)) continue;
    for (const input of node.inputs) {
      if (!context.fromImage.has(input) || seen.has(input)) continue;
      seen.add(input);
      waiting.push(input);
    }
  }
  return withConstant;
}

/** A linear layer over the heads, `[1,N,N,H]` times `[H,H]`; a learnt query stands on the left instead. */
function mixesHeads(product: Node, context: FlowContext): boolean {
  const isOnLeft = context.fromImage.has(product.inputs[0] ?? "");
  return isOnLeft && context.facts.get(product.outputs[0]!)?.shape?.length === 4;
}

function factorsFromImage(product: Node, context: FlowContext): readonly string[] {
  return product.inputs.slice(0, 2).filter((name) => context.fromImage.has(name));
}

function isProduct(node: Node): boolean {
  return products.has(node.opType);
}
