// Axes found again after reshapes, by sizes alone.
import { describe, expect, it } from "vitest";
import { cutAxis, mergedAxis, outerAxis, reshapedAxis } from "./reshaped-axis.ts";

describe("reshapedAxis", () => {
  it.each([
    ["features cut into heads", [1, 17, 24], [1, 17, 3, 8], 1, 1],
    ["batch and tokens in front", [17, 1, 24], [17, 24], 0, 0],
    ["tokens and batch made one, of one picture", [1, 17, 24], [17, 24], 1, 0],
    ["an axis of 1 put in front", [17, 24], [1, 17, 24], 0, 1],
    ["the axis that is cut", [1, 17, 24], [1, 17, 3, 8], 2, null],
    ["the axis that is merged", [1, 4, 4, 24], [1, 16, 24], 1, null],
    ["the same size elsewhere", [1, 16, 16], [16, 4, 4], 1, 0],
    ["an unknown size before", [null, 17, 24], [null, 17, 24], 1, null],
    ["an unknown size behind", [1, 17, null], [1, 17, 3, null], 1, 1],
  ] as const)("%s", (_, from, to, axis, expected) => {
    expect(reshapedAxis(from, to, axis)).toBe(expected);
  });
});

describe("maps and tokens", () => {
  it("lines a map up, and only whole rows", () => {
    expect(mergedAxis([1, 8, 4, 5], [1, 8, 20], 2)).toBe(2);
    expect(mergedAxis([1, 4, 5, 8], [1, 20, 8], 1)).toBe(1);
    expect(mergedAxis([1, 8, 4, 5], [1, 160], 2)).toBe(null);
    expect(mergedAxis([1, 4, 5, 8], [1, 4, 40], 1)).toBe(null);
  });

  it("spreads tokens out", () => {
    expect(cutAxis([1, 20, 8], [1, 4, 5, 8], 1, [4, 5])).toBe(1);
    expect(cutAxis([1, 20, 8], [1, 5, 4, 8], 1, [4, 5])).toBe(null);
    expect(cutAxis([1, 8, 20], [1, 8, 4, 5], 2, [4, 5])).toBe(2);
    expect(cutAxis([1, 21, 8], [1, 3, 7, 8], 1, [4, 5])).toBe(null);
  });

  it("follows the coarse part of a cut axis", () => {
    expect(outerAxis([1, 3, 32, 32], [1, 3, 4, 8, 4, 8], 2)).toBe(2);
    expect(outerAxis([1, 3, 32, 32], [1, 3, 4, 8, 4, 8], 3)).toBe(4);
    expect(outerAxis([1, 32, 8], [1, 32, 2, 4], 1)).toBe(null);
  });
});
