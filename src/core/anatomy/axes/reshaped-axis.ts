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

/** Two neighbouring axes of `from` that became one of `to`, row by row. */
export function mergedAxis(from: Shape, to: Shape, first: number): number | null {
  const [rows, columns] = [from[first], from[first + 1]];
  if (rows == null || columns == null) return null;
  return reshapedAxis([...from.slice(0, first), rows * columns, ...from.slice(first + 2)], to, first);
}

/** The first of two neighbouring axes of `to`, of these sizes, into which one of `from` was cut. */
export function cutAxis(
  from: Shape,
  to: Shape,
  axis: number,
  sizes: readonly [number, number],
): number | null {
  const before = productOf(from.slice(0, axis));
  if (before === null || from[axis] !== sizes[0] * sizes[1]) return null;
  return placeAfter(to, before, (at) => to[at] === sizes[0] && to[at + 1] === sizes[1]);
}

/** The outer axis of those into which one of `from` was cut: the coarse position, as patches are cut by a reshape. */
export function outerAxis(from: Shape, to: Shape, axis: number): number | null {
  const size = from[axis];
  const before = productOf(from.slice(0, axis));
  if (size == null || before === null) return null;
  return placeAfter(to, before, (at) => {
    const length = to[at];
    if (length == null || length <= 1 || length >= size) return false;
    let product = length;
    for (let next = at + 1; product < size && next < to.length; next++) product *= to[next] ?? 0;
    return product === size;
  });
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
