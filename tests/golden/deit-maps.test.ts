// Every map that was recorded of the real DeiT-Tiny on photographs, made by the product's own plans and runtime.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isXaiError } from "../../src/core/errors.ts";
import { rankCorrelation } from "../../src/core/stats/rank-correlation.ts";
import { normalisePixels } from "../../src/core/vision/normalise.ts";
import { openDeit, type SeenPicture } from "../support/deit.ts";
import { relativeError } from "../support/golden.ts";
import { cropOf, type GoldenMap, readGoldenReal } from "../support/golden-real.ts";
import { noteError } from "../support/measured-errors.ts";
import { readPicture } from "../support/pictures.ts";
import { type RealMap, realMap } from "../support/real-maps.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("goldenReal", "models");
/** Of the map's maximum. */
const tolerance = 1e-3;
/** Where an entry at the border of what is discarded can fall on the other side in single precision. */
const discardTolerance = 2e-3;
const discardCorrelation = 0.999;
/** Mean over all photographs, of methods whose divisions near zero leave entries open. */
const unstableCorrelation = 0.9;

describe.skipIf(skipped)(`DeiT-Tiny's maps of photographs${skipped}`, () => {
  const goldens = skipped ? [] : readGoldenReal();
  const correlations = new Map<string, number[]>();
  let see: (pixels: Float32Array) => Promise<SeenPicture>;
  beforeAll(async () => {
    see = await openDeit();
  });

  test("there are photographs", () => expect(goldens.length).toBeGreaterThan(0));

  test.each(goldens.map((golden) => [golden.file, golden] as const))("%s", async (_, golden) => {
    const pixels = normalisePixels(await readPicture(cropOf(golden)), golden.mean, golden.std);
    const picture = await see(pixels);
    const cases = golden.maps.map((map) => ({ map, reading: realMap(map) }));
    expect(cases.length).toBeGreaterThan(0);
    await picture.gather(cases.flatMap(({ reading: { requests } }) => requests).filter(isOnePass));
    for (const { map, reading } of cases) await compare(picture, map, reading);
  });

  async function compare(picture: SeenPicture, golden: GoldenMap, reading: RealMap): Promise<void> {
    for (const request of reading.requests) {
      const label = `${request.method} for ${JSON.stringify({ ...golden, map: undefined, by: undefined })}`;
      const ours = await picture.explain(request).catch((error) => zerosIfEmpty(error, golden.map.length));
      // The authors divide zero by zero, or the witness writes zeros instead.
      if (golden.map.every((value) => value === null || value === 0)) {
        expect(Math.max(...ours), label).toBe(0);
        continue;
      }
      expect(golden.map, label).not.toContain(null);
      const [actual, expected] = [reading.scaled(ours), reading.shown(golden.map as number[])];
      if (reading.isUnstable) noteCorrelation(golden, rankCorrelation(actual, expected));
      else expectNear(request.method, label, actual, expected, golden.discard);
    }
  }

  function noteCorrelation({ method, start_layer }: GoldenMap, correlation: number): void {
    const key = `${method} from layer ${start_layer ?? 0}`;
    correlations.set(key, [...(correlations.get(key) ?? []), correlation]);
  }

  test("relevance ranks patches as the authors' code does, as far as its divisions near zero leave that open", () => {
    expect(correlations.size).toBeGreaterThan(0);
    for (const [key, found] of correlations)
      expect(noteError("transformer-attribution", "rank", mean(found)), key).toBeGreaterThan(
        unstableCorrelation,
      );
  });

  afterAll(() => {
    for (const [key, found] of correlations)
      console.info(
        `${key}: rank correlation ${mean(found).toFixed(4)}, least ${Math.min(...found).toFixed(4)}`,
      );
  });
});

function expectNear(
  id: string,
  label: string,
  actual: ArrayLike<number>,
  expected: readonly number[],
  discard = 0,
): void {
  const error = relativeError(actual, expected);
  if (discard > 0 && error > discardTolerance)
    expect(rankCorrelation(actual, expected), label).toBeGreaterThanOrEqual(discardCorrelation);
  else
    expect(noteError(id, "real", error), label).toBeLessThanOrEqual(
      discard > 0 ? discardTolerance : tolerance,
    );
}

/** Whether it needs no pictures but the one. */
function isOnePass({ method }: { readonly method: string }): boolean {
  return method !== "tam";
}

/** What a method that is undefined here stands for. */
function zerosIfEmpty(error: unknown, cells: number): Float32Array {
  if (isXaiError(error, "attribution/empty-map")) return new Float32Array(cells);
  throw error;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
