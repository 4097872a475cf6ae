// SmoothGrad of a score whose gradient is known everywhere, against averages over the same noise.
import { describe, expect, test } from "vitest";
import { initialOptions } from "./method.ts";
import { smoothgrad } from "./smoothgrad.ts";
import type { PictureVariant } from "./tensors.ts";
import { varyPicture } from "./vary-picture.ts";

const pixels = Float64Array.from({ length: 12 }, (_, index) => Math.cos(3 * index));
const initial = initialOptions(smoothgrad.options);
const path = (options: Partial<typeof initial>) => smoothgrad.variant!({ ...initial, ...options }).path!;

/** dy/dx of `y = sum x^3 / 3`, less 0.3 so that it changes its sign. */
const slope = (value: number) => value * value - 0.3;

function inputPath(pictures: readonly PictureVariant[]) {
  const sum = (of: (value: number) => number) =>
    pictures.reduce((total, variant) => {
      const varied = varyPicture(pixels, variant);
      return total.map((value, index) => value + variant.weight * of(slope(varied[index]!)));
    }, new Float64Array(12));
  return {
    gradient: sum((value) => value),
    absolute: sum(Math.abs),
    square: sum((value) => value * value),
    scoreAtPicture: 0,
    scoreAtBaseline: 0,
  };
}

describe("samples", () => {
  test("have equal weights that sum to 1, and different noise", () => {
    const pictures = path({ samples: 20, deviation: 0.1 });
    expect(pictures).toHaveLength(20);
    expect(pictures.every(({ weight, scale }) => weight === 1 / 20 && scale === 1)).toBe(true);
    expect(pictures.every(({ noise }) => noise?.deviation === 0.1)).toBe(true);
    expect(new Set(pictures.map(({ noise }) => noise!.seed)).size).toBe(20);
  });

  test("change with the seed", () => {
    expect(path({ seed: 1 })).not.toEqual(path({ seed: 2 }));
    expect(path({ seed: 1 })).toEqual(path({ seed: 1 }));
  });
});

describe("averages", () => {
  const explain = (average: "gradient" | "absolute" | "square", options: Partial<typeof initial> = {}) => {
    const chosen = { ...initial, ...options, average, channels: "sum" } as const;
    return smoothgrad.explainer({ inputPath: inputPath(path(chosen)) })(chosen);
  };
  const perPixel = (of: (value: number) => number) =>
    [0, 1, 2, 3].map((pixel) => [0, 4, 8].reduce((sum, colour) => sum + of(pixels[colour + pixel]!), 0));

  test("without noise are the gradient, its size and its square", () => {
    const forms = [
      ["gradient", slope],
      ["absolute", (value: number) => Math.abs(slope(value))],
      ["square", (value: number) => slope(value) ** 2],
    ] as const;
    for (const [average, of] of forms)
      for (const [pixel, value] of explain(average, { deviation: 0 }).entries())
        expect(value).toBeCloseTo(perPixel(of)[pixel]!, 12);
  });

  test("of many samples are the mean over the noise: the square of the deviation is added", () => {
    const range = Math.max(...pixels) - Math.min(...pixels);
    const map = explain("gradient", { samples: 100, deviation: 0.2 });
    const variance = (0.2 * range) ** 2;
    for (const [pixel, value] of map.entries()) {
      const expected = perPixel((x) => slope(x) + variance)[pixel]!;
      expect(Math.abs(value - expected)).toBeLessThan(0.5);
      expect(Math.abs(value - perPixel(slope)[pixel]!)).toBeGreaterThan(3 * variance - 0.5);
    }
  });
});
