// FAF, BAF, area and lift on four patches, by hand.
import { describe, expect, test } from "vitest";
import { foregroundAttention } from "./foreground-attention.ts";

describe("foregroundAttention", () => {
  test("weighs the map by the foreground share of each patch", () => {
    // mass 10; on foreground 4 * 1 + 2 * 0.5 = 5; area (1 + 0.5) / 4.
    const scores = foregroundAttention([4, 2, 3, 1], [1, 0.5, 0, 0]);
    expect(scores).toEqual({ faf: 0.5, baf: 0.5, area: 0.375, lift: 0.5 / 0.375 });
  });
  test("a uniform map scores the area, lift 1", () => {
    const { faf, area, lift } = foregroundAttention([2, 2, 2, 2], [1, 0, 0, 0.2]);
    expect(faf).toBeCloseTo(area, 12);
    expect(lift).toBeCloseTo(1, 12);
  });
  test("does not depend on the scale of the map, and counts negative values as 0", () => {
    expect(foregroundAttention([0.4, -7, 0.1, 0], [1, 1, 0, 0]).faf).toBeCloseTo(0.8, 12);
  });
  test("refuses to give a number without foreground or without attention", () => {
    expect(() => foregroundAttention([1, 1], [0, 0])).toThrow("metrics/no-foreground");
    expect(() => foregroundAttention([0, 0], [1, 0])).toThrow("attribution/empty-map");
  });
});
