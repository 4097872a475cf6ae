// The error function to the last digits of double precision.

/** Taylor's series for small sizes, the continued fraction of the complement beyond. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return Number.NaN;
  const value = size < 2.5 ? series(size) : size < 6 ? 1 - complement(size) : 1;
  return x < 0 ? -value : value;
}

/** `2 / sqrt(pi) e^(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!`, whose terms are all positive. */
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** `e^(-x^2) / sqrt(pi) / (x + 1/2 / (x + 2/2 / (x + 3/2 / ...)))` */
function complement(x: number): number {
  let fraction = x;
  for (let k = 120; k >= 1; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}
