// The foreground of COCO photographs: detector, masks and framing of the product against an independent computation.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cocoClasses } from "../../src/core/detection/coco-classes.ts";
import { foregroundView } from "../../src/core/detection/foreground.ts";
import type { Detections } from "../../src/core/detection/mask-rcnn2go.ts";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { type Detector, openDetector } from "../support/detector.ts";
import { type ExperimentRow, readExperimentPicture, readExperimentRows } from "../support/experiment.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("experiment", "data", "models");
const rows = skipped === "" ? readExperimentRows() : [];
const tolerance = 0.02;

describe.skipIf(skipped !== "")(`foreground of COCO photographs${skipped}`, () => {
  const report = {
    differences: [] as number[],
    sameLabels: 0,
    largestScore: 0,
    largestBox: 0,
    foreground: 0,
  };
  let detector: Detector;
  beforeAll(async () => {
    detector = await openDetector();
  });

  test.each(rows.map((row) => [row.file_name, row] as const))("%s", async (_, row) => {
    const picture = await readExperimentPicture(row);
    const detections = await detector.detect(picture);
    const side = Math.sqrt(row.m_mrcnn.length);
    const everything = [...detections.instances.keys()];
    const start = performance.now();
    const { grid } = foregroundView(detections, everything, picture, deitTiny.preprocessing, {
      rows: side,
      columns: side,
    });
    report.foreground += performance.now() - start;
    const difference = meanDifference(grid, row.m_mrcnn);
    report.differences.push(difference);
    compareInstances(detections, row);
    expect(difference).toBeLessThanOrEqual(tolerance);
  });

  test("over all photographs the instances are the same, up to ties in the last digit of a score", () => {
    expect(report.sameLabels / rows.length).toBeGreaterThanOrEqual(0.95);
    expect(report.largestScore).toBeLessThanOrEqual(1e-3);
    expect(report.largestBox).toBeLessThanOrEqual(0.5);
  });

  afterAll(() => {
    const count = report.differences.length;
    const mean = report.differences.reduce((sum, value) => sum + value, 0) / count;
    console.info(
      `foreground of ${count} photographs: mean absolute difference ${mean.toExponential(2)}, worst photograph`,
      `${Math.max(...report.differences).toExponential(2)}; same labels on ${report.sameLabels}; largest difference of`,
      `a score ${report.largestScore.toExponential(2)}, of a box ${report.largestBox.toExponential(2)} pixels`,
    );
    const parts = Object.entries(detector.times).map(
      ([part, { milliseconds, runs }]) =>
        `${part} ${(milliseconds / count).toFixed(0)} ms in ${(runs / count).toFixed(1)} runs`,
    );
    console.info(
      `a photograph: ${parts.join(", ")}, foreground ${(report.foreground / count).toFixed(1)} ms`,
    );
  });

  /** Scores and boxes are compared where both found the same things in the same order. */
  function compareInstances({ instances }: Detections, row: ExperimentRow): void {
    const labels = instances.map(({ classIndex }) => cocoClasses[classIndex]);
    if (labels.join() !== row.labels.join()) return;
    report.sameLabels++;
    instances.forEach(({ score, box }, index) => {
      const corners = [box.x0, box.y0, box.x1, box.y1];
      const moved = corners.map((corner, axis) => Math.abs(corner - row.boxes_xyxy_orig[index][axis]));
      report.largestScore = Math.max(report.largestScore, Math.abs(score - row.scores[index]));
      report.largestBox = Math.max(report.largestBox, ...moved);
    });
  }
});

function meanDifference(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  return expected.reduce((sum, value, index) => sum + Math.abs(value - actual[index]), 0) / expected.length;
}
