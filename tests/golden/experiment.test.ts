// FAF of every map of the COCO experiment, photograph by photograph, given that experiment's own foreground masks.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isXaiError } from "../../src/core/errors.ts";
import { foregroundAttention } from "../../src/core/metrics/foreground-attention.ts";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { prepareInput } from "../../src/core/vision/normalise.ts";
import { deitWithEpsilons, openDeit, type SeenPicture } from "../support/deit.ts";
import { type FafByName, readExperimentPicture, readExperimentRows } from "../support/experiment.ts";
import { type ExperimentMap, experimentMap } from "../support/experiment-maps.ts";
import { stretched } from "../support/stretched.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("experiment", "data", "models");
const tolerance = 1e-3;
/** Of the mean over all photographs, where that of one is not determined; few of them say less. */
const meanTolerance = (photographs: number) =>
  Math.max(1e-2, (2.5 * unstableDeviation) / Math.sqrt(photographs));
/** Standard deviation, over all photographs, of what single precision makes of one. */
const unstableDeviation = 0.026;

/** Values of a map on all photographs where it is defined, ours and the experiment's. */
interface Compared {
  readonly ours: number[];
  readonly theirs: number[];
  undefined: number;
}

describe.skipIf(skipped)(`FAF on COCO photographs${skipped}`, () => {
  const rows = skipped ? [] : readExperimentRows();
  const names = [
    ...new Set(rows.flatMap(({ faf_mrcnn, faf_gt }) => Object.keys({ ...faf_mrcnn, ...faf_gt }))),
  ];
  const maps = new Map(names.map((name) => [name, experimentMap(name)]));
  const compared = new Map(names.map((name) => [name, { ours: [], theirs: [], undefined: 0 } as Compared]));
  let see: (pixels: Float32Array) => Promise<SeenPicture>;
  beforeAll(async () => {
    // The experiment's network adds 1e-6 to every variance.
    see = await openDeit(deitWithEpsilons(1e-6));
  });

  test("there are photographs and maps", () => {
    expect(rows.length).toBeGreaterThan(0);
    expect(names.length).toBeGreaterThan(0);
  });

  test.each(rows.map((row) => [row.file_name, row] as const))("%s", async (_, row) => {
    const picture = await see(prepareInput(await readExperimentPicture(row), deitTiny.preprocessing).tensor);
    expect(picture.logits.indexOf(Math.max(...picture.logits))).toBe(row.top1);
    await picture.gather([...maps.values()].flatMap(({ request }) => request ?? []));
    for (const [name, map] of maps) {
      const values = await valuesOf(picture, map, row.m_mrcnn.length);
      compare(name, values, row.m_mrcnn, row.faf_mrcnn);
      compare(name, values, row.m_gt, row.faf_gt);
    }
  });

  function compare(
    name: string,
    map: ArrayLike<number>,
    foreground: readonly number[],
    expected: FafByName | null,
  ): void {
    const found = fafOf(map, foreground);
    const noted = compared.get(name)!;
    const wanted = expected === null ? "metrics/no-foreground" : (expected[name] ?? "attribution/empty-map");
    if (wanted === "attribution/empty-map") noted.undefined++;
    if (typeof wanted === "string" || typeof found === "string") {
      expect(found, name).toBe(wanted);
      return;
    }
    noted.ours.push(found);
    noted.theirs.push(wanted);
    if (!maps.get(name)!.isUnstable) expect(Math.abs(found - wanted), name).toBeLessThanOrEqual(tolerance);
  }

  test.each(names)("%s: the mean over all photographs", (name) => {
    const { ours, theirs } = compared.get(name)!;
    expect(ours.length).toBeGreaterThan(0);
    const limit = maps.get(name)!.isUnstable ? meanTolerance(ours.length) : tolerance;
    expect(Math.abs(mean(ours) - mean(theirs))).toBeLessThanOrEqual(limit);
  });

  afterAll(() => {
    for (const [name, { ours, theirs, undefined: empty }] of compared) {
      if (ours.length === 0) continue;
      const differences = ours.map((value, place) => Math.abs(value - theirs[place]!));
      console.info(
        `${name}: mean FAF ${mean(ours).toFixed(4)}, experiment's ${mean(theirs).toFixed(4)}, largest difference`,
        `${Math.max(...differences).toExponential(1)}, undefined ${empty}`,
      );
    }
  });
});

/** All zero where the method says that there is no map. */
async function valuesOf(
  picture: SeenPicture,
  { request, isStretched }: ExperimentMap,
  patches: number,
): Promise<ArrayLike<number>> {
  if (request === null) return new Float64Array(patches).fill(1);
  try {
    const map = await picture.explain(request);
    return isStretched ? stretched(map) : map;
  } catch (error) {
    if (isXaiError(error, "attribution/empty-map")) return new Float64Array(patches);
    throw error;
  }
}

/** The code of the error where there is none. */
function fafOf(map: ArrayLike<number>, foreground: ArrayLike<number>): number | string {
  try {
    return foregroundAttention(map, foreground).faf;
  } catch (error) {
    if (isXaiError(error)) return error.code;
    throw error;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
