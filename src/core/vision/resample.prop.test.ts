import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resampleFloat, resampleRgba } from "./resample.ts";
import type { ResampleFilter } from "./resample-kernel.ts";
import type { RgbaImage } from "./rgba-image.ts";

const filters: readonly ResampleFilter[] = ["bicubic", "bilinear", "box"];
const side = fc.integer({ min: 1, max: 24 });

const pictures: fc.Arbitrary<RgbaImage> = fc
  .tuple(side, side)
  .chain(([width, height]) =>
    fc
      .uint8ClampedArray({ minLength: width * height * 4, maxLength: width * height * 4 })
      .map((data) => ({ width, height, data: opaque(new Uint8ClampedArray(data)) })),
  );

function opaque(data: Uint8ClampedArray<ArrayBuffer>): Uint8ClampedArray<ArrayBuffer> {
  for (let index = 3; index < data.length; index += 4) data[index] = 255;
  return data;
}

const maps = fc.tuple(side, side).chain(([width, height]) =>
  fc
    .array(fc.float({ min: 0, max: 1, noNaN: true }), {
      minLength: width * height,
      maxLength: width * height,
    })
    .map((values) => ({ width, height, values: Float32Array.from(values) })),
);

describe("resampling", () => {
  it.each(filters)("%s to the same size changes nothing", (filter) => {
    fc.assert(
      fc.property(pictures, (image) => {
        expect(resampleRgba(image, image.width, image.height, filter)).toEqual(image);
      }),
    );
  });

  it.each(filters)("%s of a box equals the crop of the whole", (filter) => {
    fc.assert(
      fc.property(pictures, side, side, fc.nat(), fc.nat(), (image, width, height, seedX, seedY) => {
        const left = seedX % width;
        const top = seedY % height;
        const box = { left, top, width: width - left, height: Math.ceil((height - top) / 2) };
        const whole = resampleRgba(image, width, height, filter);
        const part = resampleRgba(image, width, height, filter, box);
        for (let row = 0; row < box.height; row++) {
          const from = ((top + row) * width + left) * 4;
          const expected = whole.data.subarray(from, from + 4 * box.width);
          expect(part.data.subarray(row * box.width * 4, (row + 1) * box.width * 4)).toEqual(expected);
        }
      }),
    );
  });

  it.each(filters)("%s keeps one colour as it is", (filter) => {
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        fc.integer({ min: 0, max: 255 }),
        (width, height, newWidth, newHeight, grey) => {
          const data = opaque(new Uint8ClampedArray(width * height * 4).fill(grey));
          const resized = resampleRgba({ width, height, data }, newWidth, newHeight, filter);
          expect(resized.data.every((value, index) => value === (index % 4 === 3 ? 255 : grey))).toBe(true);
        },
      ),
    );
  });

  it("box by a whole factor conserves the mean", () => {
    fc.assert(
      fc.property(
        maps,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (map, across, down) => {
          const enlarged = resampleFloat(
            map.values,
            map.width,
            map.height,
            map.width * across,
            map.height * down,
            "box",
          );
          const shrunk = resampleFloat(enlarged, map.width * across, map.height * down, 1, 1, "box");
          expect(shrunk[0]).toBeCloseTo(mean(map.values), 5);
          expect(mean(enlarged)).toBeCloseTo(mean(map.values), 5);
        },
      ),
    );
  });

  it.each(["bilinear", "box"] as const)("%s is monotone: a brighter picture never gets darker", (filter) => {
    fc.assert(
      fc.property(pictures, side, side, fc.integer({ min: 0, max: 255 }), (image, width, height, floor) => {
        const brighter = { ...image, data: image.data.map((value) => Math.max(value, floor)) };
        const low = resampleRgba(image, width, height, filter).data;
        const high = resampleRgba(brighter, width, height, filter).data;
        expect(high.every((value, index) => value >= low[index])).toBe(true);
      }),
    );
  });
});

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
