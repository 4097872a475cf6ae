// Anchors on a grid of 2 rows and 3 columns with two anchors a cell, counted by hand.
import { describe, expect, test } from "vitest";
import { type AnchorGrid, anchorsAt, gridOrder } from "./anchors.ts";

const grid: AnchorGrid = {
  anchors: Float32Array.of(-1, -2, 3, 4, 0, 0, 9, 9),
  rows: 2,
  columns: 3,
  stride: 16,
};

describe("anchorsAt", () => {
  test("numbers run over anchors, then columns, then rows", () => {
    const boxes = anchorsAt(grid, Int32Array.of(0, 1, 2, 7, 11));
    expect([...boxes]).toEqual(
      [
        [-1, -2, 3, 4],
        [0, 0, 9, 9],
        [15, -2, 19, 4],
        [0, 16, 9, 25],
        [32, 16, 41, 25],
      ].flat(),
    );
  });
});

describe("gridOrder", () => {
  test("scores: channels come last", () => {
    const channels = Float32Array.of(0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15);
    expect([...gridOrder(channels, grid, 1)]).toEqual([0, 10, 1, 11, 2, 12, 3, 13, 4, 14, 5, 15]);
  });

  test("differences: the four numbers of an anchor stay together", () => {
    const channels = Float32Array.from({ length: 8 * 6 }, (_, index) => index);
    const ordered = gridOrder(channels, grid, 4);
    expect([...ordered.subarray(0, 8)]).toEqual([0, 6, 12, 18, 24, 30, 36, 42]);
    expect([...ordered.subarray(40)]).toEqual([5, 11, 17, 23, 29, 35, 41, 47]);
  });
});
