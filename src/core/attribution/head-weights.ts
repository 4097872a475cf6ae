// How much a class score depends on each head of a layer.
import type { AttentionStack, FloatArray } from "./tensors.ts";

/**
 * `I_h = mean_jk |(A_h^T G_h)_jk|`, divided by their sum; the same for all heads where none has a gradient.
 * @param attention A of one layer, `[H,N,N]`.
 * @param gradient G = dy/dA, of the same shape.
 * @returns `[H]`, >= 0, sum 1.
 * @see Chen et al. 2023, https://openreview.net/forum?id=rm0zIzlhcX
 */
export function headWeights(
  attention: FloatArray,
  gradient: FloatArray,
  { heads, tokens }: Pick<AttentionStack, "heads" | "tokens">,
): Float64Array<ArrayBuffer> {
  const size = tokens * tokens;
  const weights = new Float64Array(heads);
  for (let head = 0; head < heads; head++) {
    const [from, to] = [head * size, (head + 1) * size];
    weights[head] = sumOfSizes(attention.subarray(from, to), gradient.subarray(from, to), tokens);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (total === 0 ? 1 / heads : weight / total));
}

/** `sum_jk |sum_i A[i,j] G[i,k]|` */
function sumOfSizes(attention: FloatArray, gradient: FloatArray, tokens: number): number {
  const rows = rowsWithValues(gradient, tokens);
  const products = new Float64Array(tokens);
  let sum = 0;
  for (let j = 0; j < tokens; j++) {
    products.fill(0);
    for (const i of rows) {
      const weight = attention[i * tokens + j];
      const start = i * tokens;
      for (let k = 0; k < tokens; k++) products[k] += weight * gradient[start + k];
    }
    for (let k = 0; k < tokens; k++) sum += Math.abs(products[k]);
  }
  return sum;
}

/** In the last layer only the tokens that the head reads have a gradient. */
function rowsWithValues(gradient: FloatArray, tokens: number): readonly number[] {
  const rows = Array.from({ length: tokens }, (_, row) => row);
  return rows.filter((row) =>
    gradient.subarray(row * tokens, (row + 1) * tokens).some((value) => value !== 0),
  );
}
