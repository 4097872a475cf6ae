import { describe, expect, it } from "vitest";
import { resampleFloat, resampleRgba } from "./resample.ts";
import type { ResampleFilter } from "./resample-kernel.ts";
import type { RgbaImage } from "./rgba-image.ts";

/** An RGB picture made of a few sums, the same in Python and here. */
function pattern(width: number, height: number): RgbaImage {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      data[4 * pixel + channel] = (pixel * pixel * 7 + pixel * 31 * (channel + 1) + channel * 85) % 256;
    }
  }
  return { width, height, data };
}

function rgb(image: RgbaImage): number[] {
  return [...image.data].filter((_, index) => index % 4 !== 3);
}

const table: readonly (readonly [number, number, number, number, ResampleFilter, readonly number[]])[] = [
  [
    17,
    11,
    5,
    3,
    "bicubic",
    [
      110, 131, 119, 135, 132, 139, 127, 137, 130, 120, 109, 100, 131, 91, 80, 138, 105, 92, 98, 137, 124,
      123, 124, 143, 125, 118, 123, 125, 156, 114, 131, 127, 124, 125, 103, 151, 111, 104, 162, 142, 134, 125,
      111, 141, 128,
    ],
  ],
  [
    17,
    11,
    5,
    3,
    "bilinear",
    [
      112, 130, 120, 133, 133, 138, 124, 134, 127, 123, 110, 101, 130, 96, 82, 135, 110, 96, 105, 132, 126,
      123, 125, 142, 126, 119, 123, 124, 152, 114, 129, 123, 124, 124, 105, 148, 113, 105, 160, 138, 132, 125,
      113, 141, 128,
    ],
  ],
  [
    17,
    11,
    5,
    3,
    "box",
    [
      100, 154, 121, 136, 127, 134, 121, 114, 128, 116, 116, 100, 145, 100, 96, 154, 89, 81, 86, 130, 131,
      125, 106, 145, 116, 121, 125, 128, 155, 98, 142, 130, 118, 132, 116, 148, 114, 105, 160, 142, 135, 128,
      109, 146, 120,
    ],
  ],
  [
    3,
    4,
    5,
    6,
    "bicubic",
    [
      0, 81, 194, 0, 104, 114, 25, 152, 6, 69, 218, 81, 96, 255, 144, 68, 67, 84, 99, 111, 76, 142, 176, 74,
      102, 168, 81, 71, 154, 86, 165, 86, 18, 194, 129, 69, 223, 179, 151, 136, 93, 84, 76, 30, 31, 196, 189,
      199, 138, 160, 182, 62, 104, 149, 127, 37, 93, 180, 0, 61, 128, 206, 136, 131, 169, 106, 140, 105, 70,
      166, 59, 133, 183, 36, 174, 58, 190, 28, 140, 167, 6, 255, 127, 0, 204, 96, 166, 156, 79, 255,
    ],
  ],
  [
    3,
    4,
    5,
    3,
    "bilinear",
    [
      47, 83, 119, 67, 116, 93, 97, 164, 52, 90, 176, 82, 85, 183, 102, 169, 138, 106, 158, 139, 120, 142,
      142, 141, 135, 76, 94, 129, 32, 62, 109, 189, 90, 139, 160, 73, 184, 116, 48, 176, 80, 138, 170, 56,
      198,
    ],
  ],
  [
    40,
    2,
    4,
    2,
    "bicubic",
    [
      121, 124, 100, 136, 79, 111, 119, 126, 118, 150, 71, 117, 135, 154, 99, 95, 169, 100, 120, 118, 159,
      138, 117, 127,
    ],
  ],
  [
    2,
    40,
    2,
    4,
    "box",
    [
      130, 110, 115, 115, 100, 85, 156, 91, 127, 114, 105, 121, 99, 167, 107, 132, 154, 100, 139, 135, 132,
      119, 95, 149,
    ],
  ],
  [1, 1, 3, 2, "bicubic", [0, 85, 170, 0, 85, 170, 0, 85, 170, 0, 85, 170, 0, 85, 170, 0, 85, 170]],
  [
    97,
    83,
    3,
    2,
    "bicubic",
    [127, 125, 127, 127, 125, 127, 127, 124, 127, 127, 125, 127, 127, 124, 127, 127, 124, 127],
  ],
];

describe("resampleRgba", () => {
  // Numbers made with Pillow 12.3: Image.fromarray(pattern(w, h)).resize((newWidth, newHeight), filter).
  it.each(table)(
    "gives Pillow's numbers: %i x %i to %i x %i, %s",
    (width, height, newWidth, newHeight, filter, expected) => {
      const resized = resampleRgba(pattern(width, height), newWidth, newHeight, filter);
      expect(resized.width).toBe(newWidth);
      expect(resized.height).toBe(newHeight);
      expect(rgb(resized)).toEqual(expected);
    },
  );

  it("drops alpha instead of blending with it", () => {
    const image = pattern(9, 7);
    const transparent = {
      ...image,
      data: image.data.map((value, index) => (index % 4 === 3 ? index : value)),
    };
    expect(resampleRgba(transparent, 4, 5, "bicubic")).toEqual(resampleRgba(image, 4, 5, "bicubic"));
    expect(resampleRgba(transparent, 9, 7, "bicubic").data[3]).toBe(255);
  });

  it("reads pixels that do not start at a multiple of four bytes", () => {
    const image = pattern(6, 5);
    const shifted = new Uint8ClampedArray(new ArrayBuffer(image.data.length + 1), 1);
    shifted.set(image.data);
    expect(resampleRgba({ ...image, data: shifted }, 3, 4, "bicubic")).toEqual(
      resampleRgba(image, 3, 4, "bicubic"),
    );
  });
});

describe("resampleFloat", () => {
  // Numbers made with Pillow 12.3, mode "F".
  it("gives Pillow's numbers", () => {
    const values = Float32Array.from({ length: 35 }, (_, index) => ((index * index * 13) % 101) / 7 - 5);
    expect(resampleFloat(values, 7, 5, 3, 2, "bicubic")).toEqual(
      Float32Array.of(-0.14641607, 1.7267491, 2.14583, 3.0473976, 1.7637414, 1.9535314),
    );
    expect(resampleFloat(values, 7, 5, 4, 3, "box")).toEqual(
      Float32Array.of(
        -2.5714283,
        2.107143,
        -0.42857134,
        2.7142856,
        3.5714283,
        3.2857144,
        5.142857,
        1.8571429,
        3.0,
        1.3571427,
        4.0,
        1.5,
      ),
    );
    expect(resampleFloat(values, 7, 5, 9, 2, "bilinear")).toEqual(
      Float32Array.of(
        -1.9415585,
        -0.42207798,
        1.5440116,
        2.731602,
        1.6103897,
        1.3376623,
        0.9422799,
        1.9545454,
        4.487013,
        4.6298704,
        2.3398268,
        1.9018759,
        2.2157288,
        0.22077924,
        3.1551228,
        0.501443,
        0.3484848,
        5.62987,
      ),
    );
  });
});
