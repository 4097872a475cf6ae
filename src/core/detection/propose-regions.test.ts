// Region proposals from two anchors on a 1 x 2 grid, by hand.
import { describe, expect, test } from "vitest";
import { proposeRegions } from "./propose-regions.ts";

const anchors = Float32Array.of(0, 0, 15, 15, 4, 4, 11, 11);
const size = { width: 32, height: 16 };

function propose(scores: readonly number[], deltas = new Array<number>(16).fill(0)): readonly number[] {
  return [
    ...proposeRegions(
      { data: Float32Array.from(scores), dims: [1, 2, 1, 2] },
      { data: Float32Array.from(deltas), dims: [1, 8, 1, 2] },
      anchors,
      size,
    ),
  ];
}

describe("proposeRegions", () => {
  test("anchors of all cells, best score first", () => {
    // Scores come channel first: anchor 0 of both cells, then anchor 1 of both cells.
    expect(propose([0.1, 0.4, 0.3, 0.2])).toEqual(
      [
        [16, 0, 31, 15],
        [4, 4, 11, 11],
        [20, 4, 27, 11],
        [0, 0, 15, 15],
      ].flat(),
    );
  });

  test("equal scores keep the order row, column, anchor", () => {
    expect(propose([0.9, 0.9, 0.9, 0.9]).filter((_, index) => index % 4 === 0)).toEqual([0, 4, 16, 20]);
  });

  test("boxes are moved, clipped to the picture, and doubles fall", () => {
    // dx of anchor 0: +1 in the first cell moves it onto the second cell's; it is clipped to nothing new.
    const deltas = new Array<number>(16).fill(0);
    deltas[0] = 1;
    expect(propose([0.8, 0.9, 0.1, 0.1], deltas)).toEqual(
      [
        [16, 0, 31, 15],
        [4, 4, 11, 11],
        [20, 4, 27, 11],
      ].flat(),
    );
  });

  test("at most 120", () => {
    const columns = 20;
    const rows = 10;
    const regions = proposeRegions(
      { data: new Float32Array(rows * columns).fill(0.5), dims: [1, 1, rows, columns] },
      { data: new Float32Array(4 * rows * columns), dims: [1, 4, rows, columns] },
      Float32Array.of(0, 0, 15, 15),
      { width: 16 * columns, height: 16 * rows },
    );
    expect(regions.length).toBe(4 * 120);
  });
});
