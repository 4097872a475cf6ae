// The model's view of a union of masks, by hand and against the plain resize.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Preprocessing } from "../models/descriptor.ts";
import { planFrame } from "../vision/frame.ts";
import { resampleFloat } from "../vision/resample.ts";
import { foregroundView, unionMask } from "./foreground.ts";
import type { Detections } from "./mask-rcnn2go.ts";
import type { InstanceMask } from "./paste-mask.ts";

const colours = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
const squash: Preprocessing = { framing: "squash", shorterSide: 4, size: 4, ...colours };
const crop: Preprocessing = { framing: "crop", shorterSide: 4, size: 4, ...colours };
const grid = { rows: 2, columns: 2 };

function detections(width: number, height: number, masks: readonly InstanceMask[]): Detections {
  const box = { x0: 0, y0: 0, x1: 1, y1: 1 };
  return {
    canvas: { width, height },
    instances: masks.map((mask) => ({ classIndex: 1, score: 1, box, mask })),
  };
}

function full(x: number, y: number, width: number, height: number): InstanceMask {
  return { x, y, width, height, data: new Uint8Array(width * height).fill(1) };
}

describe("unionMask", () => {
  const both = detections(4, 2, [full(0, 0, 2, 1), full(1, 0, 2, 2)]);

  test("pixels of any chosen instance", () => {
    expect([...unionMask(both, [0])]).toEqual([1, 1, 0, 0, 0, 0, 0, 0]);
    expect([...unionMask(both, [0, 1])]).toEqual([1, 1, 1, 0, 0, 1, 1, 0]);
  });

  test("nothing chosen, chosen twice, and numbers of no instance", () => {
    expect([...unionMask(both, [])]).toEqual(new Array(8).fill(0));
    expect(unionMask(both, [1, 1])).toEqual(unionMask(both, [1]));
    expect(unionMask(both, [1, 7, -1])).toEqual(unionMask(both, [1]));
  });
});

describe("foregroundView", () => {
  test("squash: every pixel of the view is the mean of its pixels, every patch of its cells", () => {
    const view = foregroundView(
      detections(8, 4, [full(0, 0, 3, 4)]),
      [0],
      { width: 8, height: 4 },
      squash,
      grid,
    );
    expect([...view.grid]).toEqual([0.75, 0, 0.75, 0]);
    expect([...view.coverage.subarray(0, 4)]).toEqual([255, 128, 0, 0]);
    expect(view.size).toBe(4);
  });

  test("crop: only the centre counts", () => {
    const left = detections(8, 4, [full(0, 0, 3, 4)]);
    expect([...foregroundView(left, [0], { width: 8, height: 4 }, crop, grid).grid]).toEqual([
      0.5, 0, 0.5, 0,
    ]);
    const corner = detections(8, 4, [full(0, 0, 2, 4)]);
    expect([...foregroundView(corner, [0], { width: 8, height: 4 }, crop, grid).grid]).toEqual([0, 0, 0, 0]);
  });

  test("a canvas smaller than the picture gives the same view", () => {
    const small = foregroundView(
      detections(8, 4, [full(0, 0, 4, 2)]),
      [0],
      { width: 800, height: 400 },
      crop,
      grid,
    );
    const large = foregroundView(
      detections(16, 8, [full(0, 0, 8, 4)]),
      [0],
      { width: 800, height: 400 },
      crop,
      grid,
    );
    expect(small).toEqual(large);
  });

  test("any mask and framing: as resizing the whole union by area and cutting it", () => {
    const length = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        length,
        length,
        fc.constantFrom(crop, squash),
        fc.infiniteStream(fc.boolean()),
        (width, height, preprocessing, bits) => {
          const data = Uint8Array.from({ length: width * height }, () => (bits.next().value ? 1 : 0));
          const all = detections(width, height, [{ x: 0, y: 0, width, height, data }]);
          const { resizedWidth, resizedHeight, left, top, size } = planFrame(width, height, preprocessing);
          const box = { left, top, width: size, height: size };
          const mask = Float32Array.from(data);
          const plain = resampleFloat(mask, width, height, resizedWidth, resizedHeight, "box", box);
          const expected = resampleFloat(plain, size, size, 2, 2, "box");
          const view = foregroundView(all, [0], { width, height }, preprocessing, grid);
          expect(largestDifference(view.grid, expected)).toBeLessThanOrEqual(1e-6);
          const levels = plain.map((share) => 255 * share);
          expect(largestDifference(view.coverage, levels)).toBeLessThanOrEqual(0.501);
        },
      ),
    );
  });
});

function largestDifference(actual: ArrayLike<number>, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  return expected.reduce((largest, value, index) => Math.max(largest, Math.abs(value - actual[index])), 0);
}
