// Nodes and weights of Gauss-Legendre quadrature, worked out for any number of nodes.

/** A place on a path from 0 to 1, and what its value counts for in the integral. */
export interface QuadratureNode {
  readonly position: number;
  readonly weight: number;
}

/**
 * The rule on 0..1 that is exact for polynomials of degree `2 count - 1`.
 *
 * The nodes are the roots of the Legendre polynomial P_n, found by Newton's method, which from these starting points
 * reaches each root without meeting another; the weights are `2 / ((1 - x^2) P_n'(x)^2)`, halved for 0..1.
 * @param count n, at least 1.
 * @returns n nodes, ascending; the weights are positive and sum to 1.
 * @see Davis & Rabinowitz, Methods of Numerical Integration, 2.7
 */
export function gaussLegendre(count: number): readonly QuadratureNode[] {
  return Array.from({ length: count }, (_, index) => {
    let root = -Math.cos((Math.PI * (index + 0.75)) / (count + 0.5));
    for (let round = 0; round < 100; round++) {
      const { value, slope } = legendre(count, root);
      const step = value / slope;
      root -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    const { slope } = legendre(count, root);
    return { position: (1 + root) / 2, weight: 1 / ((1 - root * root) * slope * slope) };
  });
}

/** P_n and its derivative at x, by the recurrence `(k + 1) P_{k+1} = (2k + 1) x P_k - k P_{k-1}`. */
function legendre(degree: number, x: number): { readonly value: number; readonly slope: number } {
  let [before, value] = [1, x];
  for (let k = 1; k < degree; k++)
    [before, value] = [value, ((2 * k + 1) * x * value - k * before) / (k + 1)];
  return { value, slope: (degree * (x * value - before)) / (x * x - 1) };
}
