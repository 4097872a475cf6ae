// Rules by which an integral from 0 to 1 becomes a weighted sum.
import { gaussLegendre, type QuadratureNode } from "./gauss-legendre.ts";

/** `trapezoid-captum` has the weights of captum's code, which sum to `(n - 1) / n`. */
export type QuadratureRule =
  | "gauss-legendre"
  | "riemann-middle"
  | "riemann-left"
  | "riemann-right"
  | "trapezoid"
  | "trapezoid-captum";

/**
 * @param count n: at least 1, for trapezoids at least 2.
 * @returns n nodes, ascending; their weights sum to 1, but for `trapezoid-captum`.
 */
export function quadrature(rule: QuadratureRule, count: number): readonly QuadratureNode[] {
  return rules[rule](count);
}

const rules: Readonly<Record<QuadratureRule, (count: number) => readonly QuadratureNode[]>> = {
  "gauss-legendre": gaussLegendre,
  "riemann-middle": (count) => evenly(count, (index) => (index + 0.5) / count),
  "riemann-left": (count) => evenly(count, (index) => index / count),
  "riemann-right": (count) => evenly(count, (index) => (index + 1) / count),
  trapezoid: (count) => trapezoid(count, count - 1),
  "trapezoid-captum": (count) => trapezoid(count, count),
};

function evenly(count: number, position: (index: number) => number): readonly QuadratureNode[] {
  return Array.from({ length: count }, (_, index) => ({ position: position(index), weight: 1 / count }));
}

/** Both ends are nodes of half the weight. */
function trapezoid(count: number, divisor: number): readonly QuadratureNode[] {
  return Array.from({ length: count }, (_, index) => {
    const isEnd = index === 0 || index === count - 1;
    return { position: index / (count - 1), weight: (isEnd ? 0.5 : 1) / divisor };
  });
}
