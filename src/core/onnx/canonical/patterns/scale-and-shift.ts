// A factor and a summand per channel after LayerNormalization become its scale and its bias.
import type { Node } from "../../model.ts";
import type { GraphView } from "../graph-view.ts";
import type { Rewrite } from "../rewrite.ts";
import { bothOrders } from "./statistics.ts";
import { inShape } from "./vectors.ts";

/** In either order of the product; only where the normalisation has no scale of its own yet. */
export const scaleAfterNormalisation: Rewrite = (node, view, emit) => {
  const found = afterNormalisation(node, view);
  if (found === null) return false;
  const [input, ones] = found.normalisation.inputs as readonly [string, string];
  if (view.initializerNumbers(ones)?.every((value) => value === 1) !== true) return false;
  const scale = inShape(found.vector, view.shape(ones) ?? [null], view, emit);
  if (scale === null) return false;
  emit.raw({ ...found.normalisation, inputs: [input, scale], outputs: node.outputs });
  return true;
};

/** In either order of the sum. */
export const shiftAfterNormalisation: Rewrite = (node, view, emit) => {
  const found = afterNormalisation(node, view);
  if (found === null) return false;
  const [input, scale] = found.normalisation.inputs as readonly [string, string];
  const shift = inShape(found.vector, view.shape(scale) ?? [null], view, emit);
  if (shift === null) return false;
  emit.raw({ ...found.normalisation, inputs: [input, scale, shift], outputs: node.outputs });
  return true;
};

/** A normalisation without a bias that only this node reads, and the constant it is combined with. */
function afterNormalisation(node: Node, view: GraphView) {
  for (const [name, vector] of bothOrders(node)) {
    const normalisation = view.producer(name, "LayerNormalization");
    if (normalisation === undefined || normalisation.inputs[2] || !view.isReadOnce(name)) continue;
    const hasStatistics = normalisation.outputs.slice(1).some((output) => view.isRead(output));
    if (!hasStatistics && view.isConstant(vector)) return { normalisation, vector };
  }
  return null;
}
