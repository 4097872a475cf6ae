// The size and the channel order of the detector's input.
import { describe, expect, test } from "vitest";
import { detectorTensor, planDetectorSize } from "./detector-input.ts";

describe("planDetectorSize", () => {
  test.each([
    { name: "the shorter side becomes 320", picture: [640, 480], expected: [427, 320] },
    { name: "upright", picture: [480, 640], expected: [320, 427] },
    { name: "small pictures are enlarged", picture: [100, 100], expected: [320, 320] },
    { name: "exactly twice as wide stays at 320", picture: [1000, 500], expected: [640, 320] },
    { name: "wider ends at 640", picture: [1280, 320], expected: [640, 160] },
    { name: "a sliver keeps one pixel", picture: [5000, 2], expected: [640, 1] },
    // 320/256 * 513 = 641.25 passes 640; 640/513 * 256 = 319.376.
    { name: "just over", picture: [513, 256], expected: [640, 319] },
    // 320/512 * 1025 = 640.625 rounds to 641; 320/1024 * 2049 = 640.3 rounds to 640 and may stay.
    { name: "rounds to 640", picture: [2049, 1024], expected: [640, 320] },
    // 320/256 * 250.8...: half to even, 1.25 * 362 = 452.5 -> 452.
    { name: "halves go to the even number", picture: [256, 362], expected: [320, 452] },
  ])("$name", ({ picture: [width, height], expected }) => {
    const size = planDetectorSize(width, height);
    expect([size.width, size.height]).toEqual(expected);
  });
});

test("the tensor is blue, green, red, unscaled", () => {
  const data = Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 0);
  const tensor = detectorTensor({ width: 2, height: 1, data });
  expect(tensor.dims).toEqual([1, 3, 1, 2]);
  expect([...tensor.data]).toEqual([3, 6, 2, 5, 1, 4]);
});
