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
