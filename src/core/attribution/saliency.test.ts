// Saliency has no sign and keeps the strongest colour.
import { expect, test } from "vitest";
import { initialOptions } from "./method.ts";
import { saliency } from "./saliency.ts";

const explain = saliency.explainer({ inputGradient: Float64Array.from([1, 0, -3, 0.5, 2, -0.25]) });

test("is the largest size of a pixel's three slopes", () => {
  expect(explain(initialOptions(saliency.options))).toEqual(Float64Array.from([3, 0.5]));
});

test("never lets colours cancel", () => {
  expect(explain({ channels: "sum" })).toEqual(Float64Array.from([6, 0.75]));
  expect(explain({ channels: "mean-absolute" })).toEqual(Float64Array.from([2, 0.25]));
});
