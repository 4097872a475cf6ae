// Every rule of the gradient table against finite differences of the operator itself, both through onnxruntime.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { activationCases, activationPoints } from "./cases/activations.ts";
import { createRandom, type GradientCase } from "./cases/case.ts";
import { elementwiseCases, elementwisePoints } from "./cases/elementwise.ts";
import { layoutCases } from "./cases/layout.ts";
import { linearCases } from "./cases/linear.ts";
import { normalisationCases, normalisationPoints } from "./cases/normalisation.ts";
import { type OpenCase, openCase, type Vectors } from "./run-case.ts";

const cases = [
  ...elementwiseCases,
  ...activationCases,
  ...linearCases,
  ...layoutCases,
  ...normalisationCases,
];
const points = [...elementwisePoints, ...activationPoints, ...normalisationPoints];

/**
 * Step of the differences, and how far they may be off, relative to the sum of the products' sizes. In double
 * precision rounding leaves 1e-9; in single precision a step of 1/32 leaves about 1e-4 of curvature and rounding.
 */
const precisions = {
  double: { step: 2 ** -17, tolerance: 1e-7, linear: 1e-12 },
  single: { step: 2 ** -5, tolerance: 1e-3, linear: 1e-5 },
} as const;

const precisionOf = ({ single = false }: GradientCase) => precisions[single ? "single" : "double"];

describe.each(cases)("$rule, $form", (row) => {
  it("is the derivative along a random direction", async () => {
    const open = await openCase(row);
    const { step, tolerance } = precisionOf(row);
    const random = createRandom(31);
    const direction = open.samples.map(({ values }) => vector(values.length, random));
    const upstream = open.sizes.map((size) => vector(size, random));
    const slope = await difference(open, upstream, direction, step);
    const gradients = await open.gradients(upstream);
    const scale = 1 + gradients.reduce((sum, each, i) => sum + sumOfSizes(each, direction[i]!), 0);
    expect(gradients.map(({ length }) => length)).toEqual(direction.map(({ length }) => length));
    expect(Math.abs(dot(gradients, direction) - slope) / scale).toBeLessThan(tolerance);
    await open.release();
  });

  it("is linear in what arrives", async () => {
    const open = await openCase(row);
    const { linear } = precisionOf(row);
    const factor = fc.integer({ min: -8, max: 8 }).map((value) => value / 4);
    await fc.assert(
      fc.asyncProperty(fc.integer(), factor, factor, async (seed, a, b) => {
        const random = createRandom(seed);
        const [u, v] = [
          open.sizes.map((size) => vector(size, random)),
          open.sizes.map((size) => vector(size, random)),
        ];
        const [ofU, ofV] = [await open.gradients(u), await open.gradients(v)];
        const ofBoth = await open.gradients(combined(u, v, a, b));
        const expected = combined(ofU, ofV, a, b);
        for (const [index, each] of ofBoth.entries()) {
          const scale = 1 + Math.max(0, ...ofU[index]!.map(Math.abs), ...ofV[index]!.map(Math.abs));
          for (const [place, value] of each.entries()) {
            expect(Math.abs(value - expected[index]![place]!) / scale).toBeLessThan(linear);
          }
        }
      }),
      { numRuns: 3 },
    );
    await open.release();
  });
});

describe.each(points)("$rule, $form", (row) => {
  it("has the gradient of its definition", async () => {
    const open = await openCase({ ...row, single: true });
    const [byFirst] = await open.gradients([Float64Array.from(row.upstream)]);
    for (const [place, value] of row.expected.entries()) expect(byFirst![place]).toBeCloseTo(value, 5);
    await open.release();
  });
});

it("every rule has a row", () => {
  const tried = new Set(cases.map(({ rule }) => rule));
  expect(Object.keys(gradient).filter((rule) => !tried.has(rule))).toEqual([]);
});

/** Central difference of the weighted results along a direction. */
async function difference(
  open: OpenCase,
  upstream: Vectors,
  direction: Vectors,
  step: number,
): Promise<number> {
  const moved = (by: number) =>
    open.samples.map(({ values }, index) =>
      values.map((value, place) => value + by * direction[index]![place]!),
    );
  const ahead = await open.forward(moved(step));
  const behind = await open.forward(moved(-step));
  return (dot(ahead, upstream) - dot(behind, upstream)) / (2 * step);
}

function vector(length: number, random: () => number): Float64Array {
  return Float64Array.from({ length }, () => 2 * random() - 1);
}

function dot(a: Vectors, b: Vectors): number {
  return a.reduce(
    (sum, each, index) => sum + each.reduce((part, value, place) => part + value * b[index]![place]!, 0),
    0,
  );
}

function sumOfSizes(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, place) => sum + Math.abs(value * b[place]!), 0);
}

function combined(u: Vectors, v: Vectors, a: number, b: number): Vectors {
  return u.map((each, index) => each.map((value, place) => a * value + b * v[index]![place]!));
}
