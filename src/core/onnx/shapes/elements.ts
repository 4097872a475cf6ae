// Moves the known elements of small tensors as operators do: picks along an axis, swaps axes.
import { type Shape, sizeOf } from "./facts.ts";

export type Elements = readonly (number | null)[];

/** The elements whose place on `axis` is in `picks`, in that order; null where sizes are unknown. */
export function takeAlong(
  values: Elements | null,
  shape: Shape,
  axis: number,
  picks: readonly number[],
): Elements | null {
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const length = shape[axis];
  if (values === null || inner === null || outer === null || length == null) return null;
  const taken: (number | null)[] = [];
  for (let block = 0; block < outer; block++) {
    for (const pick of picks) {
      const start = (block * length + pick) * inner;
      taken.push(...values.slice(start, start + inner));
    }
  }
  return taken;
}

/** The elements after `Transpose` with `order`; null where sizes are unknown or `order` names an axis twice. */
export function permuted(values: Elements | null, shape: Shape, order: readonly number[]): Elements | null {
  if (values === null || sizeOf(shape) !== values.length) return null;
  if (order.length !== shape.length || new Set(order).size !== order.length) return null;
  const sizes = shape as readonly number[];
  const strides = sizes.map((_, axis) => sizes.slice(axis + 1).reduce((product, size) => product * size, 1));
  let places: readonly number[] = [0];
  for (const axis of order) {
    const steps = Array.from({ length: sizes[axis] ?? 0 }, (_, step) => step * (strides[axis] ?? 0));
    places = places.flatMap((place) => steps.map((step) => place + step));
  }
  return places.map((place) => values[place] ?? null);
}
