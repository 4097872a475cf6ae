// Rows and columns through reshapes: lined up, spread out, cut into windows and put together again.
import { describe, expect, it } from "vitest";
import { type MadeAxis, plainAxis, reshapedAxes, wholeAxis } from "./stretches.ts";

const map = (rows: number, columns: number, channels: number) => [
  ...[plainAxis(1), wholeAxis("rows", rows), wholeAxis("columns", columns), plainAxis(channels)],
];

/** `r4` for four rows, `r4/8` where each is eight further on, `c` for columns, `.` for anything else. */
function written(axes: readonly MadeAxis[]): readonly string[] {
  return axes.map(({ stretches, first, length }) => {
    const parts = stretches.map(({ of, size, step }) =>
      of === null ? `.${size}` : `${of[0]}${size}${step === 1 ? "" : `/${step}`}`,
    );
    const count = stretches.reduce((product, { size }) => product * size!, 1);
    return parts.join(" ") + (count === length ? "" : ` of ${length} from ${first}`);
  });
}

describe("reshapedAxes", () => {
  it("lines a map up, and spreads it out again", () => {
    const line = reshapedAxes(map(4, 5, 8), [1, 20, 8]);
    expect(written(line)).toEqual([".1", "r4 c5", ".8"]);
    expect(written(reshapedAxes(line, [1, 4, 5, 8]))).toEqual([".1", "r4", "c5", ".8"]);
    expect(written(reshapedAxes(line, [20, 8]))).toEqual(["r4 c5", ".8"]);
  });

  it("keeps apart what does not fit: rows of another length are no rows", () => {
    const line = reshapedAxes(map(4, 5, 8), [1, 20, 8]);
    expect(written(reshapedAxes(line, [1, 5, 4, 8]))).toEqual([".1", ".5", ".4", ".8"]);
    expect(written(reshapedAxes(map(4, 6, 8), [1, 8, 3, 8]))).toEqual([".1", "r4 c2/3", "c3", ".8"]);
  });

  it("cuts patches out of a picture", () => {
    const picture = [plainAxis(1), plainAxis(3), wholeAxis("rows", 32), wholeAxis("columns", 32)];
    const cut = reshapedAxes(picture, [1, 3, 4, 8, 4, 8]);
    expect(written(cut)).toEqual([".1", ".3", "r4/8", "r8", "c4/8", "c8"]);
    const patches = [0, 2, 4, 3, 5, 1].map((axis) => cut[axis]!);
    expect(written(reshapedAxes(patches, [1, 16, 192]))).toEqual([".1", "r4/8 c4/8", "r8 c8 .3"]);
  });

  it("cuts windows, and puts them together again", () => {
    const cut = reshapedAxes(map(8, 8, 3), [1, 2, 4, 2, 4, 3]);
    const swap = (axes: readonly MadeAxis[]) => [0, 1, 3, 2, 4, 5].map((axis) => axes[axis]!);
    const windows = reshapedAxes(swap(cut), [4, 16, 3]);
    expect(written(windows)).toEqual(["r2/4 c2/4", "r4 c4", ".3"]);
    const back = reshapedAxes(swap(reshapedAxes(windows, [1, 2, 2, 4, 4, 3])), [1, 8, 8, 3]);
    expect(written(back)).toEqual([".1", "r8", "c8", ".3"]);
  });

  it("joins channels with what lies within cells, and undoes that", () => {
    const grouped = reshapedAxes(
      [plainAxis(1), plainAxis(6), wholeAxis("rows", 4), wholeAxis("columns", 4)],
      [1, 2, 48],
    );
    expect(written(grouped)).toEqual([".1", ".2", ".3 r4 c4"]);
    expect(written(reshapedAxes(grouped, [1, 6, 4, 4]))).toEqual([".1", ".6", "r4", "c4"]);
  });

  it("leaves an axis with class tokens whole, or tells nothing of it", () => {
    const tokens: MadeAxis = { ...reshapedAxes(map(4, 4, 8), [1, 16, 8])[1]!, first: 1, length: 17 };
    const axes = [plainAxis(1), tokens, plainAxis(8)];
    expect(written(reshapedAxes(axes, [17, 8]))).toEqual(["r4 c4 of 17 from 1", ".8"]);
    expect(written(reshapedAxes(axes, [1, 17, 2, 4]))).toEqual([".1", "r4 c4 of 17 from 1", ".2", ".4"]);
    expect(written(reshapedAxes(axes, [34, 4]))).toEqual([".34", ".4"]);
  });

  it("drops axes of one element and survives empty ones", () => {
    expect(written(reshapedAxes(map(4, 4, 1), [1, 1, 16, 1]))).toEqual([".1", ".1", "r4 c4", ".1"]);
    expect(written(reshapedAxes(map(4, 4, 8), [0, 5]))).toEqual([".0", ".5"]);
  });
});
