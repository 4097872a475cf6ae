// Which pictures a path has.
import { expect, test } from "vitest";
import { evenSteps, noisyCopies, quadraturePath } from "./picture-paths.ts";

const totalWeight = (path: readonly { readonly weight: number }[]) =>
  path.reduce((sum, { weight }) => sum + weight, 0);

test("even steps include both ends", () => {
  expect(evenSteps(5).map(({ scale }) => scale)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(totalWeight(evenSteps(5))).toBeCloseTo(1, 14);
  expect(evenSteps(2).map(({ scale }) => scale)).toEqual([0, 1]);
});

test("one step is the picture itself", () => expect(evenSteps(1)).toEqual([{ weight: 1, scale: 1 }]));

test("a quadrature's nodes are brightness steps", () => {
  expect(quadraturePath("riemann-right", 4)).toEqual(
    [0.25, 0.5, 0.75, 1].map((scale) => ({ weight: 0.25, scale })),
  );
});

test("noisy copies differ, within a seed and between seeds", () => {
  const seeds = [0, 1, 2, 99].flatMap((seed) => noisyCopies(100, 0.1, seed).map(({ noise }) => noise!.seed));
  expect(new Set(seeds).size).toBe(400);
  expect(noisyCopies(3, 0.1, 7)).toEqual(noisyCopies(3, 0.1, 7));
  expect(totalWeight(noisyCopies(30, 0.1, 0))).toBeCloseTo(1, 14);
});

test("counts that make no path are refused", () => {
  const refusal = "attribution/bad-option";
  expect(() => evenSteps(0)).toThrow(refusal);
  expect(() => evenSteps(2.5)).toThrow(refusal);
  expect(() => quadraturePath("trapezoid", 1)).toThrow(refusal);
  expect(() => quadraturePath("trapezoid-captum", 1)).toThrow(refusal);
  expect(quadraturePath("gauss-legendre", 1)).toEqual([{ weight: 1, scale: 0.5 }]);
  expect(() => noisyCopies(Number.NaN, 0.1, 0)).toThrow(refusal);
});
