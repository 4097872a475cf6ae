// From raw maps to 0..1 for display.
import { XaiError } from "../errors.ts";

/**
 * Divides a map by its maximum, as vit-explain does: zero stays zero.
 * @param values `[P]`, >= 0.
 * @returns `[P]`, 0..1, the maximum exactly 1.
 * @throws attribution/empty-map where the maximum is 0 (vit-explain divides 0 by 0 there).
 */
export function normaliseByMaximum(values: ArrayLike<number>): Float64Array<ArrayBuffer> {
  let maximum = 0;
  for (let i = 0; i < values.length; i++) maximum = Math.max(maximum, values[i]);
  if (!(maximum > 0)) {
    throw new XaiError("attribution/empty-map", { reason: "no attention reaches any patch" });
  }
  return Float64Array.from(values, (value) => value / maximum);
}
