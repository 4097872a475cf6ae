// How much each head counts, by hand.
import { expect, test } from "vitest";
import { headWeights } from "./head-weights.ts";

const shape = { heads: 2, tokens: 2 };
const attention = Float64Array.from([1, 0, 0.5, 0.5, 0.25, 0.75, 1, 0]);

test("is the mean size of the attention's product with its gradient", () => {
  // Turned, the heads are (1 .5 | 0 .5) and (.25 1 | .75 0); the products (1 -1 | 0 -1) and (.25 2 | .75 0).
  const gradient = Float64Array.from([1, 0, 0, -2, 1, 0, 0, 2]);
  const weights = headWeights(attention, gradient, shape);
  expect(weights[0]).toBeCloseTo(3 / 6, 14);
  expect(weights[1]).toBeCloseTo(3 / 6, 14);
  const doubled = headWeights(attention, Float64Array.from([2, 0, 0, -4, 1, 0, 0, 2]), shape);
  expect(doubled[0]).toBeCloseTo(6 / 9, 14);
});

test("is the same for all heads where nothing has a gradient", () => {
  expect(headWeights(attention, new Float64Array(8), shape)).toEqual(Float64Array.from([0.5, 0.5]));
});

test("skips rows without a gradient, and nothing else", () => {
  const gradient = Float64Array.from([0, 0, 3, -1, 0, 0, 0, 0]);
  expect(headWeights(attention, gradient, shape)).toEqual(Float64Array.from([1, 0]));
});
