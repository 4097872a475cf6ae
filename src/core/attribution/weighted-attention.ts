// Attention times a gradient or a relevance, positive part, one matrix a layer out of H heads.
import type { AttentionStack, FloatArray } from "./tensors.ts";

/** Where values below zero go: within each head, or only where they outweigh the other heads. */
export type Clamp = "before-mean" | "after-mean";

/**
 * `mean_h(relu(A * W))` or `relu(mean_h(A * W))`.
 * @param attention A of one layer, `[H,N,N]`.
 * @param weights W, of the same shape.
 * @returns `[N,N]`, >= 0, in the number type of the attention.
 */
export function weighAttention(
  attention: FloatArray,
  weights: FloatArray,
  { heads, tokens }: Pick<AttentionStack, "heads" | "tokens">,
  clamp: Clamp,
): FloatArray {
  const size = tokens * tokens;
  const weighed = attention instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
  const least = clamp === "before-mean" ? 0 : Number.NEGATIVE_INFINITY;
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let at = i; at < heads * size; at += size) sum += Math.max(attention[at] * weights[at], least);
    weighed[i] = Math.max(sum / heads, 0);
  }
  return weighed;
}
