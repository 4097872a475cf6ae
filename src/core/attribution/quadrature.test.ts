// Each rule's weights, and the polynomials that it integrates exactly.
import { describe, expect, test } from "vitest";
import { type QuadratureRule, quadrature } from "./quadrature.ts";

const integral = (rule: QuadratureRule, count: number, of: (x: number) => number) =>
  quadrature(rule, count).reduce((sum, { position, weight }) => sum + weight * of(position), 0);

describe.each([2, 3, 7, 20])("%d nodes", (count) => {
  test.each([
    ["gauss-legendre", 3],
    ["riemann-middle", 1],
    ["riemann-left", 0],
    ["riemann-right", 0],
    ["trapezoid", 1],
  ] as const)("%s is exact up to degree %d", (rule, degree) => {
    for (let power = 0; power <= degree; power++)
      expect(integral(rule, count, (x) => x ** power)).toBeCloseTo(1 / (power + 1), 13);
  });

  test.each([
    ["riemann-middle", -1 / (12 * count ** 2)],
    ["riemann-left", -1 / (2 * count) + 1 / (6 * count ** 2)],
    ["riemann-right", 1 / (2 * count) + 1 / (6 * count ** 2)],
    ["trapezoid", 1 / (6 * (count - 1) ** 2)],
  ] as const)("%s misses the integral of x^2 by what the textbook says", (rule, error) => {
    expect(integral(rule, count, (x) => x ** 2) - 1 / 3).toBeCloseTo(error, 13);
  });

  test("captum's trapezoid has the same nodes and too little weight", () => {
    const [ours, captum] = [quadrature("trapezoid", count), quadrature("trapezoid-captum", count)];
    expect(captum.map(({ position }) => position)).toEqual(ours.map(({ position }) => position));
    for (const [index, { weight }] of captum.entries())
      expect(weight / ours[index]!.weight).toBeCloseTo((count - 1) / count, 14);
  });
});
