// The row vector that rollouts start from: what the classification head reads.
import type { AttentionStack } from "./tensors.ts";

/** The mean of the unit vectors of the tokens that the head reads, `[N]`. */
export function outputRow({
  tokens,
  outputTokens,
}: Pick<AttentionStack, "tokens" | "outputTokens">): Float64Array<ArrayBuffer> {
  const row = new Float64Array(tokens);
  for (const token of outputTokens) row[token] += 1 / outputTokens.length;
  return row;
}
