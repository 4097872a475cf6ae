// com.microsoft.Attention in steps: it projects queries, keys and values by one packed weight.
import { floatAttribute, intAttribute, intsAttribute } from "../../attributes.ts";
import type { Node } from "../../model.ts";
import type { GraphView } from "../graph-view.ts";
import type { Rewrite } from "../rewrite.ts";
import { causalBias, emitAttention, mergeHeads, splitHeads } from "./attention-steps.ts";
import { paddingBiases } from "./key-padding.ts";

/** Inputs: rows `[B,N,C]`, weight `[C,D+D+Dv]`, bias, mask, past, bias of scores, length of the past. */
export const packedAttention: Rewrite = (node, view, emit) => {
  const [rows, weight, bias, mask, past, scoreBias, pastLength] = node.inputs;
  const heads = intAttribute(node, "num_heads");
  const sizes = partSizes(node, view);
  const { shape, elementType } = view.facts(rows);
  if (past || pastLength || intAttribute(node, "do_rotary") === 1 || view.isRead(node.outputs[1]))
    return false;
  if (heads === undefined || sizes === null || elementType === null) return false;
  const tokens = shape?.at(-2) ?? null;
  const isCausal = intAttribute(node, "unidirectional") === 1;
  if (isCausal && tokens === null) return false;
  const hidden = floatAttribute(node, "mask_filter_value") ?? -10000;
  const padding = paddingBiases({ mask, elementType, hidden, keys: tokens }, view, emit);
  if (padding === null) return false;
  const product = emit.node("MatMul", [rows!, weight!]);
  const projected = bias ? emit.node("Add", [product, bias]) : product;
  const parts = ["queries", "keys", "values"].map(emit.freshName);
  emit.split(projected, sizes, -1, parts);
  const steps = {
    queries: splitHeads(parts[0]!, heads, emit),
    transposedKeys: splitHeads(parts[1]!, heads, emit, true),
    values: splitHeads(parts[2]!, heads, emit),
    elementType,
    scale: floatAttribute(node, "scale") || 1 / Math.sqrt(sizes[0]! / heads),
    biases: [
      ...(isCausal ? [causalBias(elementType, tokens!, tokens!, emit)] : []),
      ...padding,
      ...(scoreBias ? [scoreBias] : []),
    ],
    softCap: 0,
  };
  mergeHeads(emitAttention(steps, emit), emit, node.outputs[0]!);
  return true;
};

/** Widths of queries, keys and values in the packed weight; equal where the node does not say. */
function partSizes(node: Node, view: GraphView): readonly number[] | null {
  const named = intsAttribute(node, "qkv_hidden_sizes");
  if (named !== undefined && named.length === 3) return named;
  const width = view.shape(node.inputs[1])?.at(-1);
  return width == null ? null : [width / 3, width / 3, width / 3];
}
