// How much of each token is left after a part of a block: its length, and how far it keeps its direction.
import type { FloatArray } from "./tensors.ts";

/**
 * `|Ẽ_j| / (|E_j| + 1e-8) * softmax_j(cos(E_j, Ẽ_j))`: lengths after and before, and a share of 1 by direction.
 * @param before E, `[N,D]`.
 * @param after Ẽ, with the residual connection, `[N,D]`.
 * @param tokens N.
 * @returns `[N]`, >= 0.
 * @see Wu et al. 2024, https://arxiv.org/abs/2403.14552
 */
export function transformationWeights(
  before: FloatArray,
  after: FloatArray,
  tokens: number,
): Float64Array<ArrayBuffer> {
  const [old, now] = [tokenLengths(before, tokens), tokenLengths(after, tokens)];
  const width = before.length / tokens;
  const shares = new Float64Array(tokens);
  let total = 0;
  for (let j = 0; j < tokens; j++) {
    let product = 0;
    for (let d = j * width; d < (j + 1) * width; d++) product += before[d] * after[d];
    // A token of length 0 has no direction; it counts as turned by a right angle.
    const cosine = product === 0 ? 0 : product / (old[j] * now[j]);
    shares[j] = Math.exp(cosine);
    total += shares[j];
  }
  return shares.map((share, j) => ((now[j] / (old[j] + 1e-8)) * share) / total);
}

/**
 * The Euclidean length of every token.
 * @param values `[N,D]`
 * @param tokens N.
 * @returns `[N]`
 */
export function tokenLengths(values: FloatArray, tokens: number): Float64Array<ArrayBuffer> {
  const width = values.length / tokens;
  const lengths = new Float64Array(tokens);
  for (let j = 0; j < tokens; j++) {
    let square = 0;
    for (let d = j * width; d < (j + 1) * width; d++) square += values[d] * values[d];
    lengths[j] = Math.sqrt(square);
  }
  return lengths;
}
