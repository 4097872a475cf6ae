// A factor and a summand per channel after LayerNormalization become its scale and its bias.
import type { Node } from "../../model.ts";
import type { GraphView } from "../graph-view.ts";
import type { Emitter, Rewrite } from "../rewrite.ts";

/** In either order of the product; only where the normalisation has no scale of its own yet. */
export const scaleAfterNormalisation: Rewrite = (node, view, emit) => {
  const found = afterNormalisation(node, view);
  if (found === null || found.normalisation.inputs[2] || !isOnes(found.normalisation.inputs[1]!, view))
    return false;
  const scale = shapedLike(found.normalisation.inputs[1]!, found.vector, view, emit);
  if (scale === null) return false;
  emit.raw({
    ...found.normalisation,
    inputs: [found.normalisation.inputs[0]!, scale],
    outputs: node.outputs,
  });
  return true;
};

/** In either order of the sum; only where the normalisation has no bias yet. */
export const shiftAfterNormalisation: Rewrite = (node, view, emit) => {
  const found = afterNormalisation(node, view);
  if (found === null || found.normalisation.inputs[2]) return false;
  const [input, scale] = found.normalisation.inputs as readonly [string, string];
  const shift = shapedLike(scale, found.vector, view, emit);
  if (shift === null) return false;
  emit.raw({ ...found.normalisation, inputs: [input, scale, shift], outputs: node.outputs });
  return true;
};

/** A normalisation that only this node reads, and the constant it is combined with. */
function afterNormalisation(node: Node, view: GraphView) {
  for (const [name, vector] of [node.inputs, [...node.inputs].reverse()] as (readonly [string, string])[]) {
    const normalisation = view.producer(name, "LayerNormalization");
    if (normalisation === undefined || !view.isReadOnce(name) || !view.isConstant(vector)) continue;
    const hasStatistics = normalisation.outputs.slice(1).some((output) => view.isRead(output));
    if (!hasStatistics) return { normalisation: { ...normalisation, outputs: [name] }, vector };
  }
  return null;
}

/** `vector` in the shape of the scale, which it has but for axes of one element before. */
function shapedLike(scale: string, vector: string, view: GraphView, emit: Emitter): string | null {
  const [wanted, shape] = [view.shape(scale), view.shape(vector)];
  if (wanted === null || shape === null || wanted.includes(null) || shape.length < wanted.length) return null;
  const extra = shape.length - wanted.length;
  const isSame = shape.every((size, axis) => (axis < extra ? size === 1 : size === wanted[axis - extra]));
  if (!isSame) return null;
  return extra === 0 ? vector : emit.node("Reshape", [vector, emit.ints(wanted as readonly number[])]);
}

function isOnes(name: string, view: GraphView): boolean {
  return view.initializerNumbers(name)?.every((value) => value === 1) ?? false;
}
