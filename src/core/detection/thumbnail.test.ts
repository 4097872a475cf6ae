// Thumbnails: which part of the picture, how large, and the mask as alpha.
import { describe, expect, test } from "vitest";
import type { InstanceMask } from "./paste-mask.ts";
import { instanceThumbnail } from "./thumbnail.ts";

/** Red tells the column, green the row. */
function gradient(width: number, height: number) {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++)
    data.set([pixel % width, Math.floor(pixel / width), 0, 255], 4 * pixel);
  return { width, height, data };
}

function full(x: number, y: number, width: number, height: number): InstanceMask {
  return { x, y, width, height, data: new Uint8Array(width * height).fill(1) };
}

describe("instanceThumbnail", () => {
  test("a small instance is cut out as it is", () => {
    const { width, height, data } = instanceThumbnail(gradient(40, 30), full(5, 7, 3, 2), {
      width: 40,
      height: 30,
    });
    expect([width, height]).toEqual([3, 2]);
    expect([...data.subarray(0, 8)]).toEqual([5, 7, 0, 255, 6, 7, 0, 255]);
    expect([...data.subarray(-4)]).toEqual([7, 8, 0, 255]);
  });

  test("outside the mask it is transparent", () => {
    const mask = { x: 5, y: 7, width: 3, height: 1, data: Uint8Array.of(1, 0, 1) };
    const { data } = instanceThumbnail(gradient(40, 30), mask, { width: 40, height: 30 });
    expect([data[3], data[7], data[11]]).toEqual([255, 0, 255]);
  });

  test("a large one shrinks to the longest side allowed, in proportion", () => {
    const { width, height } = instanceThumbnail(gradient(200, 200), full(0, 0, 192, 96), {
      width: 200,
      height: 200,
    });
    expect([width, height]).toEqual([96, 48]);
  });

  test("the mask may be drawn on another size than the picture", () => {
    const { width, height, data } = instanceThumbnail(gradient(40, 40), full(20, 40, 20, 20), {
      width: 80,
      height: 80,
    });
    expect([width, height]).toEqual([10, 10]);
    expect([...data.subarray(0, 4)]).toEqual([10, 20, 0, 255]);
  });

  test.each([
    ["at the last pixel", full(39, 29, 1, 1)],
    ["of no size", full(39, 29, 0, 0)],
    ["a sliver", full(0, 0, 40, 1)],
  ])("a mask %s still gives a picture", (_, mask) => {
    const { width, height, data } = instanceThumbnail(gradient(40, 30), mask, { width: 40, height: 30 }, 8);
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(1);
    expect(Math.max(width, height)).toBeLessThanOrEqual(8);
    expect(data.length).toBe(4 * width * height);
  });
});
