// COCO photographs through the product's detector: foreground, instances and FAF against independent computations.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cocoClasses } from "../../src/core/detection/coco-classes.ts";
import { foregroundView } from "../../src/core/detection/foreground.ts";
import type { Detections } from "../../src/core/detection/mask-rcnn2go.ts";
import { isXaiError } from "../../src/core/errors.ts";
import { foregroundAttention } from "../../src/core/metrics/foreground-attention.ts";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { prepareInput } from "../../src/core/vision/normalise.ts";
import { openDeit, type SeenPicture } from "../support/deit.ts";
import { type Detector, openDetector } from "../support/detector.ts";
import { type ExperimentRow, readExperimentPicture, readExperimentRows } from "../support/experiment.ts";
import { experimentMap } from "../support/experiment-maps.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("experiment", "data", "models");
const rows = skipped === "" ? readExperimentRows() : [];
const named = rows.map((row) => [row.file_name, row] as const);
const tolerance = 0.02;

/** Maps that need no backward pass. */
const names = [
  "rollout_mean_d0",
  "rollout_mean_d09",
  "rollout_max_d09",
  "rollout_vitexplain_aswritten_max_d09",
] as const;

let detector: Detector;
beforeAll(async () => {
  if (skipped === "") detector = await openDetector();
});

/** What the product sees on a photograph; the detector runs once for all tests. */
interface Sight {
  readonly detections: Detections;
  readonly grid: Float32Array;
}
const sights = new Map<string, Sight>();
let foregroundMilliseconds = 0;

async function look(row: ExperimentRow): Promise<Sight> {
  const known = sights.get(row.file_name);
  if (known !== undefined) return known;
  const picture = await readExperimentPicture(row);
  const detections = await detector.detect(picture);
  const side = Math.sqrt(row.m_mrcnn.length);
  const chosen = [...detections.instances.keys()];
  const start = performance.now();
  const cells = { rows: side, columns: side };
  const { grid } = foregroundView(detections, chosen, picture, deitTiny.preprocessing, cells);
  foregroundMilliseconds += performance.now() - start;
  const sight = { detections, grid };
  sights.set(row.file_name, sight);
  return sight;
}

describe.skipIf(skipped !== "")(`foreground of COCO photographs${skipped}`, () => {
  const differences: number[] = [];
  let sameLabels = 0;
  let largestScore = 0;
  let largestBox = 0;

  test.each(named)("%s", async (_, row) => {
    const { detections, grid } = await look(row);
    expect(grid.length).toBe(row.m_mrcnn.length);
    const difference = mean(row.m_mrcnn.map((share, patch) => Math.abs(share - grid[patch])));
    differences.push(difference);
    compareInstances(detections, row);
    expect(difference).toBeLessThanOrEqual(tolerance);
  });

  test("over all photographs the instances are the same, up to ties in the last digit of a score", () => {
    expect(sameLabels / rows.length).toBeGreaterThanOrEqual(0.95);
    expect(largestScore).toBeLessThanOrEqual(1e-3);
    expect(largestBox).toBeLessThanOrEqual(0.5);
  });

  afterAll(() => {
    const count = differences.length;
    console.info(
      `foreground of ${count} photographs: mean absolute difference ${mean(differences).toExponential(2)}, worst`,
      `photograph ${Math.max(...differences).toExponential(2)}; same labels on ${sameLabels}; largest difference of`,
      `a score ${largestScore.toExponential(2)}, of a box ${largestBox.toExponential(2)} pixels`,
    );
    const parts = Object.entries(detector.times).map(
      ([part, { milliseconds, runs }]) =>
        `${part} ${(milliseconds / count).toFixed(0)} ms in ${(runs / count).toFixed(1)} runs`,
    );
    console.info(
      `a photograph: ${parts.join(", ")}, foreground ${(foregroundMilliseconds / count).toFixed(1)} ms`,
    );
  });

  /** Scores and boxes are compared where both found the same things in the same order. */
  function compareInstances({ instances }: Detections, row: ExperimentRow): void {
    const labels = instances.map(({ classIndex }) => cocoClasses[classIndex]);
    if (labels.join() !== row.labels.join()) return;
    sameLabels++;
    instances.forEach(({ score, box }, index) => {
      const corners = [box.x0, box.y0, box.x1, box.y1];
      const moved = corners.map((corner, axis) => Math.abs(corner - row.boxes_xyxy_orig[index][axis]));
      largestScore = Math.max(largestScore, Math.abs(score - row.scores[index]));
      largestBox = Math.max(largestBox, ...moved);
    });
  }
});

describe.skipIf(skipped !== "")(`FAF of rollout with the product's own foreground${skipped}`, () => {
  const differences = new Map<string, number[]>(names.map((name) => [name, []]));
  let see: (pixels: Float32Array) => Promise<SeenPicture>;
  beforeAll(async () => {
    see = await openDeit();
  });

  test.each(named)("%s", async (_, row) => {
    const { grid } = await look(row);
    const { tensor } = prepareInput(await readExperimentPicture(row), deitTiny.preprocessing);
    const { explain } = await see(tensor);
    for (const name of names) {
      const expected = row.faf_mrcnn?.[name] ?? null;
      const actual = fafOrNull(await explain(experimentMap(name).request!), grid);
      expect(actual === null, `${name} is undefined`).toBe(expected === null);
      if (actual !== null && expected !== null) differences.get(name)!.push(Math.abs(actual - expected));
    }
  });

  test.each(names)("%s: within .02 on average", (name) => {
    const found = differences.get(name)!;
    console.info(
      `${name}: mean difference ${mean(found).toExponential(2)}, largest ${Math.max(...found).toExponential(2)}`,
    );
    expect(mean(found)).toBeLessThanOrEqual(tolerance);
  });
});

/** null where there is no foreground in view. */
function fafOrNull(map: ArrayLike<number>, foreground: ArrayLike<number>): number | null {
  try {
    return foregroundAttention(map, foreground).faf;
  } catch (error) {
    if (isXaiError(error, "metrics/no-foreground")) return null;
    throw error;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
