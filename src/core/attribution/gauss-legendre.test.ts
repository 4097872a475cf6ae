// Quadrature is exact for all polynomials that so many nodes can be exact for, and for no more.
import { describe, expect, test } from "vitest";
import { gaussLegendre } from "./gauss-legendre.ts";

/** The rule's error for x^degree over 0..1. */
function errorAt(count: number, degree: number): number {
  const sum = gaussLegendre(count).reduce(
    (total, { position, weight }) => total + weight * position ** degree,
    0,
  );
  return Math.abs(sum - 1 / (degree + 1));
}

describe.each([1, 2, 3, 4, 5, 8, 13, 20, 50, 64, 199, 200])("%d nodes", (count) => {
  test("integrate polynomials up to degree 2n - 1 exactly", () => {
    for (let degree = 0; degree < 2 * count; degree++)
      expect(errorAt(count, degree)).toBeLessThan(2e-15 * (count + 1));
  });

  test("are ascending, inside, and mirrored; weights are positive", () => {
    const nodes = gaussLegendre(count);
    expect(nodes).toHaveLength(count);
    for (const [index, { position, weight }] of nodes.entries()) {
      const mirrored = nodes[count - 1 - index]!;
      expect(position).toBeGreaterThan(nodes[index - 1]?.position ?? 0);
      expect(position).toBeLessThan(1);
      expect(weight).toBeGreaterThan(0);
      expect(position + mirrored.position).toBeCloseTo(1, 14);
      expect(weight).toBeCloseTo(mirrored.weight, 14);
    }
  });
});

test.each([1, 2, 3, 4, 5])("%d nodes miss x^2n by (n!)^4 / ((2n + 1) (2n)!^2)", (count) => {
  const factorial = (n: number): number => (n === 0 ? 1 : n * factorial(n - 1));
  const expected = factorial(count) ** 4 / ((2 * count + 1) * factorial(2 * count) ** 2);
  expect(errorAt(count, 2 * count) / expected).toBeCloseTo(1, 6);
});

test("two nodes are where the textbook has them", () => {
  const [first, second] = gaussLegendre(2);
  expect(first!.position).toBeCloseTo(0.5 - Math.sqrt(3) / 6, 15);
  expect(second!.position).toBeCloseTo(0.5 + Math.sqrt(3) / 6, 15);
  expect(first!.weight).toBeCloseTo(0.5, 15);
});
