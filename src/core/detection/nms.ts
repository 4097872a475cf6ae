// Keeps the best of the boxes that say the same thing.
import { intersectionOverUnion } from "./boxes.ts";

/**
 * The order of descending scores; equal ones keep the order they came in, which decides which of two saturated
 * proposals survives.
 * @param scores numbers >= 0.
 * @returns indices into `scores`, the first `limit` of them.
 */
export function orderByScore(scores: Float32Array, limit = scores.length): Int32Array {
  // One number for score and place, which is sorted without a call for every comparison: in a tenth of the time.
  const bits = new Uint32Array(scores.buffer, scores.byteOffset, scores.length);
  const keys = Float64Array.from(bits, (value, place) => (largestBits - value) * placeLimit + place).sort();
  return Int32Array.from(keys.subarray(0, limit), (key) => key % placeLimit);
}

/** Bits of numbers >= 0 grow with them and stay below this. */
const largestBits = 2 ** 31;
/** More scores than any detector has; the product of both is still a whole double. */
const placeLimit = 2 ** 21;

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
