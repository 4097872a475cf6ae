// For a linear score, input times gradient is the score itself, taken apart.
import { expect, test } from "vitest";
import { inputXGradient } from "./input-x-gradient.ts";
import { initialOptions } from "./method.ts";

const weights = Float64Array.from([1, -2, 3, 0.5, -1, 4, 2, 0, -3, 1, 1, -0.5]);
const pixels = Float64Array.from([0.5, 1, -1, 2, 0.25, 1, 1, -2, 0, 3, -1, 2]);
const explain = inputXGradient.explainer({ picture: { pixels, size: 2 }, inputGradient: weights });

test("sums to a linear score", () => {
  const score = pixels.reduce((sum, value, index) => sum + value * weights[index]!, 0);
  const map = explain(initialOptions(inputXGradient.options));
  expect(map).toHaveLength(4);
  expect(map.reduce((sum, value) => sum + value, 0)).toBeCloseTo(score, 14);
});

test("adds up a pixel's colours with their signs", () => {
  expect(Array.from(explain({ channels: "sum" }))).toEqual([
    0.5 - 0.25 + 0,
    -2 + 4 + 3,
    -3 + 2 - 1,
    1 + 0 - 1,
  ]);
  expect(Array.from(explain({ channels: "max-absolute" }))).toEqual([0.5, 4, 3, 1]);
});
