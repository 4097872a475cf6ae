// Where the head reads: the class token, both tokens of a distilled model, or all patches.
import type { AttentionStack, FloatArray } from "./tensors.ts";

type Reading = Pick<AttentionStack, "tokens" | "outputTokens">;

/** The mean of the unit vectors of the tokens that the head reads, `[N]`: from here relevance walks back. */
export function outputRow({ tokens, outputTokens }: Reading): Float64Array<ArrayBuffer> {
  const row = new Float64Array(tokens);
  for (const token of outputTokens) row[token] += 1 / outputTokens.length;
  return row;
}

/**
 * The mean of the rows of the tokens that the head reads.
 * @param matrices `[N,N]` or several of them one after another, such as a layer's heads.
 * @param index which of them.
 * @returns `[N]`
 */
export function outputRowOf(
  matrices: FloatArray,
  index: number,
  { tokens, outputTokens }: Reading,
): Float64Array<ArrayBuffer> {
  const row = new Float64Array(tokens);
  for (const token of outputTokens) {
    const start = (index * tokens + token) * tokens;
    for (let j = 0; j < tokens; j++) row[j] += matrices[start + j];
  }
  for (let j = 0; j < tokens; j++) row[j] /= outputTokens.length;
  return row;
}

/**
 * The rows of the tokens that the head reads, averaged over all heads of a layer.
 * @param matrices `[H,N,N]`
 * @returns `[N]`
 */
export function outputRowOfHeads(
  matrices: FloatArray,
  stack: Reading & Pick<AttentionStack, "heads">,
): Float64Array<ArrayBuffer> {
  const mean = new Float64Array(stack.tokens);
  for (let head = 0; head < stack.heads; head++) {
    const row = outputRowOf(matrices, head, stack);
    for (let j = 0; j < mean.length; j++) mean[j] += row[j] / stack.heads;
  }
  return mean;
}
