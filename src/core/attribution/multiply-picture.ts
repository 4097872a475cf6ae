// The picture times what each of its values is worth.
import type { FloatArray } from "./tensors.ts";

/**
 * @param pixels x, `[3,S,S]`.
 * @param gradient of the same shape.
 * @returns `x * gradient`, `[3,S,S]`.
 */
export function multiplyPicture(pixels: FloatArray, gradient: FloatArray): Float64Array<ArrayBuffer> {
  return Float64Array.from(gradient, (slope, index) => slope * pixels[index]);
}
