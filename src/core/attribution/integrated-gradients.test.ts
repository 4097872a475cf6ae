// Integrated gradients of a polynomial, whose attributions are known exactly.
import { describe, expect, test } from "vitest";
import { integratedGradients } from "./integrated-gradients.ts";
import { initialOptions } from "./method.ts";

const pixels = Float64Array.from([0.5, 1, -1, 2, 0.25, 1, 1, -2, 0, 3, -1, 2]);
const size = 2;
const weights = pixels.map((_, index) => Math.sin(index + 1));

/** `y = (w . x)^3 + w . x`, along the way a x0: `dy/dx_i = w_i (3 a^2 s^2 + 1)` with `s = w . x`. */
const s = pixels.reduce((sum, value, index) => sum + value * weights[index]!, 0);
const score = (at: number) => (at * s) ** 3 + at * s;
const slopes = (at: number) => weights.map((weight) => weight * (3 * (at * s) ** 2 + 1));

const initial = initialOptions(integratedGradients.options);

function explained(chosen: Partial<typeof initial>) {
  const options = { ...initial, ...chosen };
  const gradient = new Float64Array(12);
  for (const { weight, scale } of integratedGradients.variant!(options).path!)
    for (const [index, slope] of slopes(scale).entries()) gradient[index]! += weight * slope;
  const unused = { absolute: gradient, square: gradient };
  const inputPath = { gradient, ...unused, scoreAtPicture: score(1), scoreAtBaseline: score(0) };
  const tensors = { picture: { pixels, size }, inputPath };
  const map = integratedGradients.explainer(tensors)(options);
  return { map, figures: integratedGradients.figures!(map, tensors).map(({ value }) => value) };
}

describe("integrated gradients", () => {
  test("with two Gauss-Legendre nodes are exact for a cubic score", () => {
    const { map, figures } = explained({ steps: 2 });
    for (const [pixel, value] of map.entries()) {
      const share = [0, 4, 8].reduce(
        (sum, colour) => sum + pixels[colour + pixel]! * weights[colour + pixel]!,
        0,
      );
      expect(value).toBeCloseTo(share * (s * s + 1), 12);
    }
    expect(figures[0]).toBeCloseTo(score(1), 12);
    expect(figures[1]).toBeCloseTo(score(1), 12);
    expect(figures[2]).toBeCloseTo(0, 12);
  });

  test.each([
    ["riemann-left", -1 / 20 + 1 / 600],
    ["riemann-right", 1 / 20 + 1 / 600],
    ["riemann-middle", -1 / 1200],
    ["trapezoid", 1 / 486],
  ] as const)("by %s miss what the rule misses of x^2", (rule, error) => {
    const { figures } = explained({ rule, steps: 10 });
    expect(figures[2]).toBeCloseTo(3 * s ** 3 * error, 12);
  });

  test("by captum's trapezoid miss a share of everything", () => {
    const [ours, captum] = [
      explained({ rule: "trapezoid", steps: 10 }),
      explained({ rule: "trapezoid-captum", steps: 10 }),
    ];
    for (const [pixel, value] of captum.map.entries()) expect(value).toBeCloseTo(ours.map[pixel]! * 0.9, 12);
  });

  test("show completeness whatever the colours are reduced to", () => {
    expect(explained({ channels: "max-absolute" }).figures).toEqual(explained({ channels: "sum" }).figures);
  });
});
