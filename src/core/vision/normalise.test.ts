import { expect, it } from "vitest";
import { normalisePixels, prepareInput } from "./normalise.ts";

it("writes channel after channel, minus mean, by standard deviation", () => {
  const image = { width: 2, height: 1, data: Uint8ClampedArray.of(0, 51, 255, 9, 255, 102, 0, 9) };
  const tensor = normalisePixels(image, [0.5, 0.2, 0], [0.5, 0.1, 2]);
  const expected = [-1, 1, 0, 2, 0.5, 0];
  expect(tensor).toHaveLength(6);
  tensor.forEach((value, index) => {
    expect(value).toBeCloseTo(expected[index], 6);
  });
});

it("prepares the model's square and its tensor from the same pixels", () => {
  const image = {
    width: 8,
    height: 4,
    data: Uint8ClampedArray.from({ length: 128 }, (_, index) => index * 2),
  };
  const preprocessing = {
    framing: "crop",
    shorterSide: 4,
    size: 4,
    mean: [0, 0, 0],
    std: [1, 1, 1],
  } as const;
  const { pixels, tensor } = prepareInput(image, preprocessing);
  expect([pixels.width, pixels.height]).toEqual([4, 4]);
  // No change of size: the middle four columns, as they are.
  expect(pixels.data[0]).toBe(image.data[2 * 4]);
  expect(tensor[16]).toBe(Math.fround(image.data[2 * 4 + 1] / 255));
});
