// com.microsoft.MultiHeadAttention in steps: it takes projected queries, keys and values in several layouts.
import { floatAttribute, intAttribute } from "../../attributes.ts";
import type { Rewrite } from "../rewrite.ts";
import { causalBias, emitAttention, mergeHeads } from "./attention-steps.ts";
import { paddingBiases } from "./key-padding.ts";
import { headParts } from "./multi-head-parts.ts";

/** Inputs: queries, keys, values, bias, mask of keys, bias of scores; then caches of text models. */
export const multiHeadAttention: Rewrite = (node, view, emit) => {
  const [query, , , , mask, scoreBias, ...caches] = node.inputs;
  const heads = intAttribute(node, "num_heads");
  const { elementType } = view.facts(query);
  if (heads === undefined || elementType === null || caches.some((name) => name !== "")) return false;
  if (node.outputs.slice(1).some((name) => view.isRead(name))) return false;
  const parts = headParts(node, heads, view, emit);
  if (parts === null) return false;
  const { queryCount, keyCount, size } = parts;
  const isCausal = intAttribute(node, "unidirectional") === 1;
  if (isCausal && (queryCount === null || keyCount === null)) return false;
  const hidden = floatAttribute(node, "mask_filter_value") ?? -10000;
  const padding = paddingBiases({ mask, elementType, hidden, keys: keyCount }, view, emit);
  if (padding === null) return false;
  const steps = {
    ...parts,
    elementType,
    scale: floatAttribute(node, "scale") || 1 / Math.sqrt(size),
    biases: [
      ...(isCausal ? [causalBias(elementType, queryCount!, keyCount!, emit)] : []),
      ...padding,
      ...(scoreBias ? [scoreBias] : []),
    ],
    softCap: 0,
  };
  mergeHeads(emitAttention(steps, emit), emit, node.outputs[0]!);
  return true;
};
