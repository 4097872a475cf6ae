// Keeps the best of the boxes that say the same thing.
import { intersectionOverUnion } from "./boxes.ts";

/**
 * The order of descending scores; equal ones keep the order they came in, which decides which of two saturated
 * proposals survives.
 * @returns indices into `scores`, the first `limit` of them.
 */
export function orderByScore(scores: Float32Array, limit = scores.length): Int32Array {
  const order = Int32Array.from(scores.keys());
  order.sort((first, second) => scores[second] - scores[first] || first - second);
  return order.subarray(0, limit);
}

/**
 * Greedy non-maximum suppression: a box falls when it overlaps a kept, better one by more than `threshold`.
 * @param boxes `[N,4]`
 * @param order row numbers of `boxes`, best first; rows not named take no part.
 * @param limit stop when so many are kept.
 * @returns the kept row numbers, best first.
 */
export function suppressOverlaps(
  boxes: Float32Array,
  order: Int32Array,
  threshold: number,
  limit = order.length,
): Int32Array {
  const kept = new Int32Array(Math.min(limit, order.length));
  let count = 0;
  for (let place = 0; place < order.length && count < kept.length; place++) {
    if (!overlapsAny(boxes, order[place], kept, count, threshold)) kept[count++] = order[place];
  }
  return kept.subarray(0, count);
}

function overlapsAny(
  boxes: Float32Array,
  candidate: number,
  kept: Int32Array,
  count: number,
  threshold: number,
): boolean {
  for (let place = 0; place < count; place++) {
    if (intersectionOverUnion(boxes, candidate, boxes, kept[place]) > threshold) return true;
  }
  return false;
}
