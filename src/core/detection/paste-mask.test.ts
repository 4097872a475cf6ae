// Mask pasting by hand: a 2 x 2 square becomes 4 x 4 with its ring of zeros.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type InstanceMask, pasteMask } from "./paste-mask.ts";

const canvas = { width: 8, height: 8 };

function picture({ width, height, data }: InstanceMask): readonly string[] {
  return Array.from({ length: height }, (_, row) =>
    [...data.subarray(row * width, (row + 1) * width)].join(""),
  );
}

describe("pasteMask", () => {
  test("at its own size, each probability is one pixel", () => {
    // Corners 2..4.: centre 3, half width 1, doubled: 1..5, five pixels for four samples.
    const mask = pasteMask(Float32Array.of(1, 1, 1, 1), 2, { x0: 2, y0: 2, x1: 4, y1: 4 }, canvas);
    expect({ x: mask.x, y: mask.y, width: mask.width, height: mask.height }).toEqual({
      x: 1,
      y: 1,
      width: 5,
      height: 5,
    });
    // Sample positions of the five pixels: -.1, .7, 1.5, 2.3, 3.1 -> 0, .7, 1, .7, 0 (outside the middle: below 1).
    expect(picture(mask)).toEqual(["00000", "00100", "01110", "00100", "00000"]);
  });

  test("one half belongs to the instance, less does not", () => {
    const box = { x0: 2, y0: 2, x1: 4, y1: 4 };
    expect(pasteMask(new Float32Array(4).fill(0.5), 2, box, canvas).data[12]).toBe(1);
    expect(pasteMask(new Float32Array(4).fill(0.4999), 2, box, canvas).data[12]).toBe(0);
  });

  test("left and right, top and bottom are not swapped", () => {
    const box = { x0: 2, y0: 2, x1: 4, y1: 4 };
    // Along the bright side .7, 1, .7; across it .7, .5, 0: only 1 x .7 and 1 x .5 reach one half.
    expect(picture(pasteMask(Float32Array.of(1, 0, 1, 0), 2, box, canvas))).toEqual([
      "00000",
      "00000",
      "01100",
      "00000",
      "00000",
    ]);
    expect(picture(pasteMask(Float32Array.of(0, 0, 1, 1), 2, box, canvas))).toEqual([
      "00000",
      "00000",
      "00100",
      "00100",
      "00000",
    ]);
  });

  test("corners are truncated towards zero, also to the left of the picture", () => {
    // Centre 0, half width 1.5 -> -1.5 and 1.5, truncated to -1 and 1.
    const mask = pasteMask(new Float32Array(4).fill(1), 2, { x0: -0.75, y0: 3, x1: 0.75, y1: 5 }, canvas);
    expect({ x: mask.x, width: mask.width }).toEqual({ x: 0, width: 2 });
  });

  test("what lies outside the canvas is cut off, the rest stays where it was", () => {
    const square = Float32Array.from({ length: 16 }, (_, index) => ((index * 7) % 16) / 16);
    const inside = pasteMask(square, 4, { x0: 3, y0: 3, x1: 12, y1: 12 }, { width: 20, height: 20 });
    const cut = pasteMask(square, 4, { x0: 3, y0: 3, x1: 12, y1: 12 }, { width: 9, height: 8 });
    expect({ x: cut.x, y: cut.y, right: cut.x + cut.width, bottom: cut.y + cut.height }).toEqual({
      x: inside.x,
      y: inside.y,
      right: 9,
      bottom: 8,
    });
    for (let y = 0; y < cut.height; y++) {
      for (let x = 0; x < cut.width; x++)
        expect(cut.data[y * cut.width + x]).toBe(inside.data[y * inside.width + x]);
    }
  });

  test("any box gives a rectangle inside the canvas, of 0 and 1 only", () => {
    const corner = fc.double({ min: -30, max: 60, noNaN: true });
    fc.assert(
      fc.property(corner, corner, corner, corner, (xa, ya, xb, yb) => {
        const box = {
          x0: Math.min(xa, xb),
          y0: Math.min(ya, yb),
          x1: Math.max(xa, xb),
          y1: Math.max(ya, yb),
        };
        const { x, y, width, height, data } = pasteMask(new Float32Array(9).fill(0.9), 3, box, canvas);
        expect(data.length).toBe(width * height);
        expect(x + width <= canvas.width || width === 0).toBe(true);
        expect(y + height <= canvas.height || height === 0).toBe(true);
        expect(Math.min(x, y, width, height)).toBeGreaterThanOrEqual(0);
        expect(data.every((pixel) => pixel === 0 || pixel === 1)).toBe(true);
      }),
    );
  });
});
