// Overlap of boxes by hand and by its laws.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyBoxes } from "../../../tests/support/any-boxes.ts";
import { boxAt, intersectionOverUnion, rowsAt, scaleBox } from "./boxes.ts";

describe("intersectionOverUnion", () => {
  test.each([
    { name: "the same pixel", boxes: [3, 3, 3, 3, 3, 3, 3, 3], expected: 1 },
    { name: "a quarter inside", boxes: [0, 0, 3, 3, 0, 0, 1, 1], expected: 4 / 16 },
    { name: "neighbours without a common pixel", boxes: [0, 0, 1, 1, 2, 0, 3, 1], expected: 0 },
    { name: "one common column of two", boxes: [0, 0, 1, 1, 1, 0, 2, 1], expected: 2 / 6 },
    { name: "apart in both directions", boxes: [0, 0, 1, 1, 9, 9, 10, 10], expected: 0 },
  ])("$name", ({ boxes, expected }) => {
    const pair = Float32Array.from(boxes);
    expect(intersectionOverUnion(pair, 0, pair, 1)).toBeCloseTo(expected, 12);
  });

  test("is symmetric, from 0 to 1, and 1 for a box with itself", () => {
    fc.assert(
      fc.property(anyBoxes({ least: 2, most: 2 }), (boxes) => {
        const there = intersectionOverUnion(boxes, 0, boxes, 1);
        expect(intersectionOverUnion(boxes, 1, boxes, 0)).toBe(there);
        expect(there).toBeGreaterThanOrEqual(0);
        expect(there).toBeLessThanOrEqual(1);
        expect(intersectionOverUnion(boxes, 0, boxes, 0)).toBe(1);
      }),
    );
  });
});

test("rows are gathered in the order asked for", () => {
  const boxes = Float32Array.of(0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23);
  expect([...rowsAt(boxes, Int32Array.of(2, 0))]).toEqual([20, 21, 22, 23, 0, 1, 2, 3]);
  expect(boxAt(boxes, 1)).toEqual({ x0: 10, y0: 11, x1: 12, y1: 13 });
});

test("a box is scaled across and down separately", () => {
  expect(scaleBox({ x0: 1, y0: 2, x1: 3, y1: 4 }, 10, 100)).toEqual({ x0: 10, y0: 200, x1: 30, y1: 400 });
});
