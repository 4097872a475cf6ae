// One matrix without negative entries a layer, out of H heads of gradients, relevance, or attention times either.
import type { AttentionStack, FloatArray } from "./tensors.ts";

/** Where values below zero go: within each head, or only where they outweigh the other heads. */
export type Clamp = "before-mean" | "after-mean";

type Shape = Pick<AttentionStack, "heads" | "tokens">;

/**
 * `mean_h(relu(R))`
 * @param layer R of one layer, `[H,N,N]`.
 * @returns `[N,N]`, >= 0, in the number type of R.
 */
export function averagePositive(layer: FloatArray, { heads, tokens }: Shape): FloatArray {
  const size = tokens * tokens;
  const mean = zerosLike(layer, size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let at = i; at < heads * size; at += size) sum += Math.max(layer[at], 0);
    mean[i] = sum / heads;
  }
  return mean;
}

/**
 * `mean_h(relu(A * W))` or `relu(mean_h(A * W))`.
 * @param attention A of one layer, or its relevance, `[H,N,N]`.
 * @param weights W, of the same shape.
 * @returns `[N,N]`, >= 0, in the number type of A.
 */
export function weighAttention(
  attention: FloatArray,
  weights: FloatArray,
  { heads, tokens }: Shape,
  clamp: Clamp,
): FloatArray {
  const size = tokens * tokens;
  const weighed = zerosLike(attention, size);
  // Half of x + |x| is relu(x), and takes a third of a maximum's time.
  const positive = clamp === "before-mean" ? 1 : 0;
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let at = i; at < heads * size; at += size) {
      const product = attention[at] * weights[at];
      sum += product + positive * Math.abs(product);
    }
    const mean = sum / (heads * (1 + positive));
    weighed[i] = (mean + Math.abs(mean)) / 2;
  }
  return weighed;
}

function zerosLike(layer: FloatArray, size: number): FloatArray {
  return layer instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
}
