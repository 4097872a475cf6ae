import { expect, test } from "vitest";
import { rankCorrelation } from "./rank-correlation.ts";

test("order alone counts", () => {
  expect(rankCorrelation([1, 2, 3, 4], [10, 20, 2000, 2001])).toBeCloseTo(1, 12);
  expect(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1, 12);
});

test("equal values share the mean of their ranks", () => {
  // Ranks 0, 1.5, 1.5, 3 and 0, 1, 2, 3: covariance 4.5, variances 4.5 and 5.
  expect(rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
});

test("a sequence without any order agrees only with another one", () => {
  expect(rankCorrelation([2, 2, 2], [1, 2, 3])).toBe(0);
  expect(rankCorrelation([2, 2, 2], [5, 5, 5])).toBe(1);
});
