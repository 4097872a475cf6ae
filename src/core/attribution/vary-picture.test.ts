// Noise is normal, as strong as asked, and the same for the same seed.
import { describe, expect, test } from "vitest";
import { standardNormal, varyPicture } from "./vary-picture.ts";

const numbers = (seed: number, count: number) => {
  const next = standardNormal(seed);
  return Array.from({ length: count }, next);
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const correlation = (a: readonly number[], b: readonly number[]) =>
  mean(a.map((value, index) => value * b[index]!));

describe("standard normal numbers", () => {
  // Four standard errors of each moment of 200,000 numbers.
  test.each([0, 1, 2, 1000, 2 ** 32 - 1])("of seed %d have the moments of a normal distribution", (seed) => {
    const values = numbers(seed, 200_000);
    const moment = (power: number) => mean(values.map((value) => value ** power));
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / 200_000));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / 200_000));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / 200_000));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / 200_000));
    expect(values.every(Number.isFinite)).toBe(true);
  });

  test("leave as many in each tail as they should", () => {
    const values = numbers(3, 200_000);
    for (const [bound, share] of [
      [1, 0.158655],
      [2, 0.02275],
      [3, 0.00135],
    ] as const) {
      const error = 4 * Math.sqrt(share / 200_000);
      expect(Math.abs(mean(values.map((value) => Number(value > bound))) - share)).toBeLessThan(error);
      expect(Math.abs(mean(values.map((value) => Number(value < -bound))) - share)).toBeLessThan(error);
    }
  });

  test("of neighbouring seeds, and one after another, have nothing in common", () => {
    const seeds = [0, 1, 2, 3].map((seed) => numbers(seed, 50_000));
    const limit = 4 / Math.sqrt(50_000);
    for (const [index, values] of seeds.entries()) {
      for (const other of seeds.slice(index + 1))
        expect(Math.abs(correlation(values, other))).toBeLessThan(limit);
      for (const lag of [1, 2, 3])
        expect(Math.abs(correlation(values.slice(lag), values.slice(0, -lag)))).toBeLessThan(limit);
    }
  });

  test("are the same for the same seed", () => expect(numbers(11, 100)).toEqual(numbers(11, 100)));
});

describe("a picture of a path", () => {
  const pixels = Float64Array.from({ length: 30_000 }, (_, index) => Math.sin(index) - 0.5);

  test("is scaled, and the picture stays as it was", () => {
    const before = pixels.slice();
    expect(varyPicture(pixels, { weight: 1, scale: 0.25 })).toEqual(pixels.map((value) => value / 4));
    expect(pixels).toEqual(before);
  });

  test("has noise of the given share of the picture's range", () => {
    const varied = varyPicture(pixels, { weight: 1, scale: 1, noise: { deviation: 0.2, seed: 5 } });
    const noise = Array.from(varied, (value, index) => value - pixels[index]!);
    // The picture goes from -1.5 to 0.5.
    expect(Math.sqrt(mean(noise.map((value) => value * value)))).toBeCloseTo(0.4, 2);
    expect(mean(noise)).toBeCloseTo(0, 2);
  });

  test("keeps its number type", () => {
    const single = Float32Array.from([0, 1]);
    expect(varyPicture(single, { weight: 1, scale: 0.5 })).toEqual(Float32Array.from([0, 0.5]));
  });
});
