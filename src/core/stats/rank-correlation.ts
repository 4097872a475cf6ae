// How well two sequences agree in the order of their values, whatever the values are.

/**
 * Spearman's rank correlation; equal values share the mean of their ranks.
 * @returns -1..1; of a sequence without any order 0, or 1 where both have none.
 */
export function rankCorrelation(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const [x, y] = [ranksOf(one), ranksOf(other)];
  const mean = (x.length - 1) / 2;
  let covariance = 0;
  let [varianceX, varianceY] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    covariance += (x[i]! - mean) * (y[i]! - mean);
    varianceX += (x[i]! - mean) ** 2;
    varianceY += (y[i]! - mean) ** 2;
  }
  if (varianceX === 0 || varianceY === 0) return varianceX === varianceY ? 1 : 0;
  return covariance / Math.sqrt(varianceX * varianceY);
}

function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + end - 1) / 2;
    start = end;
  }
  return ranks;
}
