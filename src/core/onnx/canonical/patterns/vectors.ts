// Brings constants per channel into the shape that LayerNormalization wants of its scale and its bias.
import type { Shape } from "../../shapes/facts.ts";
import type { GraphView } from "../graph-view.ts";
import type { Emitter } from "../rewrite.ts";

/**
 * The constant in the wanted shape, which it has but for axes of one element in front.
 * @returns null for other shapes, and for values that depend on an input.
 */
export function inShape(name: string, wanted: Shape, view: GraphView, emit: Emitter): string | null {
  const shape = view.shape(name);
  if (shape === null || !view.isConstant(name) || shape.length < wanted.length) return null;
  const extra = shape.length - wanted.length;
  const isSame = shape.every((size, axis) => (axis < extra ? size === 1 : size === wanted[axis - extra]));
  if (!isSame || wanted.includes(null)) return null;
  return extra === 0 ? name : emit.node("Reshape", [name, emit.ints(wanted as readonly number[])]);
}
