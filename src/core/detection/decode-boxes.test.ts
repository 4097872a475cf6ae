// Box differences by hand, with widths that count both end pixels.
import { describe, expect, test } from "vitest";
import { clipBoxes, decodeBoxes } from "./decode-boxes.ts";

const once = [1, 1, 1, 1] as const;

describe("decodeBoxes", () => {
  test("no difference gives the box back", () => {
    const boxes = Float32Array.of(2, 3, 11, 22);
    expect([...decodeBoxes(boxes, new Float32Array(4), once)]).toEqual([2, 3, 11, 22]);
  });

  test("the centre moves by shares of the size, the sides grow by exp", () => {
    // 10 wide, 20 high, centre (5, 10); moved by (+5, -5), twice as wide, half as high.
    const deltas = Float32Array.of(0.5, -0.25, Math.log(2), Math.log(0.5));
    const decoded = decodeBoxes(Float32Array.of(0, 0, 9, 19), deltas, once);
    [0, 0, 19, 9].forEach((corner, index) => {
      expect(decoded[index]).toBeCloseTo(corner, 5);
    });
  });

  test("weights divide the differences", () => {
    const box = Float32Array.of(0, 0, 9, 9);
    const weighted = decodeBoxes(box, Float32Array.of(10, 20, 0, 0), [10, 10, 5, 5]);
    expect([...weighted]).toEqual([10, 20, 19, 29]);
  });

  test("growth ends at 1000/16 times", () => {
    const [x0, y0, x1, y1] = decodeBoxes(Float32Array.of(0, 0, 9, 9), Float32Array.of(0, 0, 50, 4), once);
    expect(x1 - x0 + 1).toBeCloseTo(625, 3);
    expect(y1 - y0 + 1).toBeCloseTo(10 * Math.exp(4), 3);
  });
});

test("clipBoxes moves corners onto the first and last pixel", () => {
  const boxes = Float32Array.of(-3, -0.5, 99.5, 50, 120, 60, 130, 70);
  expect([...clipBoxes(boxes, 100, 50)]).toEqual([0, 0, 99, 49, 99, 49, 99, 49]);
});
