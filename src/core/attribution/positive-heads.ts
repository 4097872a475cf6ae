// A layer's relevance as one matrix out of H heads.
import type { AttentionStack, FloatArray } from "./tensors.ts";

/**
 * `mean_h(relu(R))`
 * @param layer R of one layer, `[H,N,N]`.
 * @returns `[N,N]`, >= 0, in the number type of the relevance.
 */
export function averagePositive(
  layer: FloatArray,
  { heads, tokens }: Pick<AttentionStack, "heads" | "tokens">,
): FloatArray {
  const size = tokens * tokens;
  const mean = layer instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let at = i; at < heads * size; at += size) sum += Math.max(layer[at], 0);
    mean[i] = sum / heads;
  }
  return mean;
}
