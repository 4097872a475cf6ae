// Enlarged maps against torch's and OpenCV's bilinear interpolation.
import { describe, expect, it } from "vitest";
import { upsample } from "../../src/core/vision/upsample.ts";
import { type GoldenArray, readGolden, toNumbers } from "../support/golden.ts";
import { missing } from "../support/witnesses.ts";

interface ResizeCase {
  readonly src: GoldenArray;
  /** `[height, width]` */
  readonly out_size: readonly [number, number];
  readonly torch_bilinear: GoldenArray;
  readonly cv2_linear: GoldenArray;
  /** Every how many rows and columns of the result are kept in the file. */
  readonly subsampled: number;
}

const absent = missing("golden");
const cases = absent
  ? []
  : readGolden<{ readonly cases: readonly ResizeCase[] }>("resize_colormap.json").cases;

describe.skipIf(absent !== "")(`bilinear enlargement${absent}`, () => {
  it.each(
    cases.map((golden) => [golden.src.shape.join(" x "), golden.out_size.join(" x "), golden] as const),
  )("%s to %s", (_, __, golden) => {
    const [height, width] = golden.src.shape;
    const [newHeight, newWidth] = golden.out_size;
    const map = Float32Array.from(toNumbers(golden.src));
    const enlarged = upsample(map, width, height, newWidth, newHeight, "bilinear");
    for (const reference of [golden.torch_bilinear, golden.cv2_linear]) {
      const [rows, columns] = reference.shape;
      const expected = toNumbers(reference);
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const value = enlarged[row * golden.subsampled * newWidth + column * golden.subsampled];
          expect(Math.abs(value - expected[row * columns + column])).toBeLessThanOrEqual(1e-6);
        }
      }
    }
  });
});
