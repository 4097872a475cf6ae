// The jet colour map and the overlay of the vit-explain script against OpenCV's.
import { describe, expect, it } from "vitest";
import { colourMapOf, paintHeatmap } from "../../src/core/vision/colour-maps.ts";
import { type GoldenArray, readGolden, toNumbers } from "../support/golden.ts";
import { missing } from "../support/witnesses.ts";

interface ColourGolden {
  readonly opencv_jet_rgb: readonly (readonly [number, number, number])[];
  readonly overlay: {
    readonly img_bgr: readonly number[];
    readonly mask: GoldenArray;
    readonly out_bgr: readonly number[];
  };
}

const absent = missing("golden");

describe.skipIf(absent !== "")(`colours against OpenCV${absent}`, () => {
  it("jet is OpenCV's table", () => {
    const { opencv_jet_rgb: table } = readGolden<ColourGolden>("resize_colormap.json");
    expect([...colourMapOf("jet").table]).toEqual(table.flat());
  });

  it("a painted map plus the picture, divided by the maximum, is vit-explain's overlay", () => {
    const {
      img_bgr: picture,
      mask,
      out_bgr: expected,
    } = readGolden<ColourGolden>("resize_colormap.json").overlay;
    const [height, width] = mask.shape;
    const values = Float32Array.from(toNumbers(mask));
    const heat = paintHeatmap(values, width, height, colourMapOf("jet").table).data;
    const sums = new Float64Array(picture.length);
    for (let index = 0; index < sums.length; index++) {
      const pixel = Math.floor(index / 3);
      // The file is in OpenCV's order: blue first.
      sums[index] = Math.fround(heat[4 * pixel + 2 - (index % 3)] / 255) + Math.fround(picture[index] / 255);
    }
    const largest = sums.reduce((maximum, value) => Math.max(maximum, value));
    const overlay = Array.from(sums, (sum) => Math.trunc((255 * sum) / largest));
    // Truncation: the last bit of the script's float32 sums may decide a level.
    overlay.forEach((value, index) => {
      expect(Math.abs(value - expected[index]), `byte ${index}`).toBeLessThanOrEqual(1);
    });
    expect(overlay.filter((value, index) => value !== expected[index]).length).toBeLessThanOrEqual(2);
  });
});
