// The gradient of the scores that a softmax reads, from the gradient of what it gives.
import type { AttentionStack, FloatArray } from "./tensors.ts";

/**
 * `G^S = A * (G - rowsum(A * G))`, the softmax's own backward pass, so that no model run is needed for it.
 * @param attention A of one layer, `[H,N,N]`, rows sum to 1.
 * @param gradient G = dy/dA, of the same shape.
 * @returns dy/dS, `[H,N,N]`; its rows sum to 0.
 */
export function scoreGradient(
  attention: FloatArray,
  gradient: FloatArray,
  { heads, tokens }: Pick<AttentionStack, "heads" | "tokens">,
): FloatArray {
  const result =
    attention instanceof Float64Array
      ? new Float64Array(attention.length)
      : new Float32Array(attention.length);
  for (let start = 0; start < heads * tokens * tokens; start += tokens) {
    let sum = 0;
    for (let j = start; j < start + tokens; j++) sum += attention[j] * gradient[j];
    for (let j = start; j < start + tokens; j++) result[j] = attention[j] * (gradient[j] - sum);
  }
  return result;
}
