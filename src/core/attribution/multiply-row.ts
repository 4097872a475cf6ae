// A row vector times a matrix: the step that carries relevance one layer back.
import type { FloatArray } from "./tensors.ts";

/**
 * `row . matrix`; rows of the matrix that nothing is carried to are not read.
 * @param row `[N]`
 * @param matrix `[N,N]`
 * @returns `[N]`
 */
export function multiplyRow(row: Float64Array, matrix: FloatArray): Float64Array<ArrayBuffer> {
  const tokens = row.length;
  const product = new Float64Array(tokens);
  for (let i = 0; i < tokens; i++) {
    const weight = row[i];
    if (weight === 0) continue;
    const start = i * tokens;
    for (let j = 0; j < tokens; j++) product[j] += weight * matrix[start + j];
  }
  return product;
}
