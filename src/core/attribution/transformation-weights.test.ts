// Length and direction of tokens, by hand.
import { expect, test } from "vitest";
import { tokenLengths, transformationWeights } from "./transformation-weights.ts";

test("lengths", () => {
  expect(tokenLengths(Float32Array.from([3, 4, 0, -2]), 2)).toEqual(Float64Array.from([5, 2]));
});

test("of tokens that grow, turn and turn around", () => {
  const before = Float64Array.from([1, 0, 0, 2, 3, 0]);
  const after = Float64Array.from([4, 0, 1, 0, -3, 0]);
  const weights = transformationWeights(before, after, 3);
  const total = Math.E + 1 + 1 / Math.E;
  expect(weights[0]).toBeCloseTo((4 * Math.E) / total, 7);
  expect(weights[1]).toBeCloseTo(0.5 / total, 7);
  expect(weights[2]).toBeCloseTo(1 / Math.E / total, 7);
});

test("of unchanged tokens share 1", () => {
  const tokens = Float64Array.from({ length: 12 }, (_, index) => Math.sin(index + 1));
  for (const weight of transformationWeights(tokens, tokens, 4)) expect(weight).toBeCloseTo(1 / 4, 6);
});

test("of tokens without a length are numbers", () => {
  const weights = transformationWeights(Float64Array.from([0, 0, 1, 0]), Float64Array.from([0, 0, 1, 0]), 2);
  expect(weights[0]).toBe(0);
  expect(weights[1]).toBeCloseTo(Math.E / (1 + Math.E), 7);
});
