// Finds an axis again after a reshape, from the sizes before and after.
import type { Shape } from "../../onnx/shapes/facts.ts";

/** The axis of `to` that runs over the same elements in the same order; null where it was cut or merged. */
export function reshapedAxis(from: Shape, to: Shape, axis: number): number | null {
  const size = from[axis];
  const before = productOf(from.slice(0, axis));
  if (size == null || before === null) return null;
  const place = placeAfter(to, before, (at) => to[at] === size);
  return place;
}

/** The first place before which `before` elements lie and that is wanted. */
function placeAfter(to: Shape, before: number, isWanted: (place: number) => boolean): number | null {
  let product = 1;
  for (const [place, length] of to.entries()) {
    if (product === before && isWanted(place)) return place;
    if (length === null || product > before) return null;
    product *= length;
  }
  return null;
}

function productOf(sizes: Shape): number | null {
  return sizes.reduce<number | null>((all, size) => (all === null || size === null ? null : all * size), 1);
}
