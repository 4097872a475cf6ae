// Axes found again after reshapes, by sizes alone.
import { describe, expect, it } from "vitest";
import { reshapedAxis } from "./reshaped-axis.ts";

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
