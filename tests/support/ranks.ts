// Spearman's rank correlation, the fallback measure where single entries may flip at a discard boundary.

/** Correlation of the ranks of two sequences, ties given their mean rank; 1 where both are constant. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (x.length - 1) / 2;
  let covariance = 0;
  let [varianceX, varianceY] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    covariance += (x[i] - mean) * (y[i] - mean);
    varianceX += (x[i] - mean) ** 2;
    varianceY += (y[i] - mean) ** 2;
  }
  return varianceX === 0 && varianceY === 0 ? 1 : covariance / Math.sqrt(varianceX * varianceY);
}

function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i] - values[j]);
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let i = start; i < end; i++) result[order[i]] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}
