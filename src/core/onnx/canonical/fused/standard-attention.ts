// Attention of operator set 23 in steps.
import { floatAttribute, intAttribute } from "../../attributes.ts";
import { ElementType, type Node } from "../../model.ts";
import type { GraphView } from "../graph-view.ts";
import type { Emitter, Rewrite } from "../rewrite.ts";
import { causalBias, emitAttention, maskBias, mergeHeads, splitHeads } from "./attention-steps.ts";

/** Inputs with heads apart, `[B,H,N,d]`, or side by side, `[B,N,H*d]`; keys may have fewer heads than queries. */
export const standardAttention: Rewrite = (node, view, emit) => {
  const [query, key, value] = node.inputs;
  const { shape, elementType } = view.facts(query);
  const keyShape = view.shape(key);
  if (!isSimple(node, view) || shape === null || keyShape === null || elementType === null) return false;
  const isSplit = shape.length === 4;
  const heads = isSplit ? shape[1] : intAttribute(node, "q_num_heads");
  const keyHeads = isSplit ? keyShape[1] : intAttribute(node, "kv_num_heads");
  const [queries, keys, width] = [shape.at(-2), keyShape.at(-2), shape.at(-1)];
  if (!heads || !keyHeads || width == null || heads % keyHeads !== 0) return false;
  const size = isSplit ? width : width / heads;
  const isCausal = intAttribute(node, "is_causal") === 1;
  if (isCausal && (queries == null || keys == null)) return false;
  const split = (name: string, count: number) => (isSplit ? name : splitHeads(name, count, emit));
  const repeats = heads / keyHeads;
  const repeated = (name: string) => repeatHeads(split(name, keyHeads), heads, repeats, emit);
  const steps = {
    queries: split(query!, heads),
    transposedKeys: emit.node("Transpose", [repeated(key!)], { perm: [0, 1, 3, 2] }),
    values: repeated(value!),
    elementType,
    scale: floatAttribute(node, "scale") ?? 1 / Math.sqrt(size),
    biases: [
      ...(isCausal ? [causalBias(elementType, queries!, keys!, emit)] : []),
      ...maskBiases(node.inputs[3], elementType, view, emit),
    ],
    softCap: floatAttribute(node, "softcap") ?? 0,
  };
  if (isSplit) emitAttention(steps, emit, node.outputs[0]!);
  else mergeHeads(emitAttention(steps, emit), emit, node.outputs[0]!);
  return true;
};

/** Caches of text models, windows and outputs beside the first have no place in a classifier. */
function isSimple(node: Node, view: GraphView): boolean {
  const isCached = node.inputs.slice(4).some((name) => name !== "");
  const isWindowed = ["left_window_size", "right_window_size"].some((name) => {
    return (intAttribute(node, name) ?? -1) !== -1;
  });
  return !isCached && !isWindowed && !node.outputs.slice(1).some((name) => view.isRead(name));
}

function maskBiases(
  mask: string | undefined,
  elementType: number,
  view: GraphView,
  emit: Emitter,
): readonly string[] {
  if (!mask) return [];
  const isBoolean = view.facts(mask).elementType === ElementType.bool;
  const hidesNothing = isBoolean && view.initializerNumbers(mask)?.every((value) => value !== 0);
  if (hidesNothing) return [];
  return [isBoolean ? maskBias(mask, elementType, Number.NEGATIVE_INFINITY, emit) : mask];
}

/** Each head of the keys serves several heads of the queries. */
function repeatHeads(name: string, heads: number, repeats: number, emit: Emitter): string {
  if (repeats === 1) return name;
  const apart = emit.node("Unsqueeze", [name, emit.ints([2])]);
  const repeated = emit.node("Expand", [apart, emit.ints([1, 1, repeats, 1, 1])]);
  const shape = emit.node("Shape", [name]);
  const rest = emit.node("Slice", [shape, emit.ints([2]), emit.ints([4])]);
  const target = emit.node("Concat", [emit.ints([0]), emit.ints([heads]), rest], { axis: 0 });
  return emit.node("Reshape", [repeated, target]);
}
