// The order of runs, progress and cancelling, with a network that answers from a script.
import { describe, expect, test } from "vitest";
import type { FloatTensor } from "./detector-input.ts";
import { type DetectionStage, type DetectorRuns, detectInstances, planMaskCanvas } from "./mask-rcnn2go.ts";

const side = 64;
const regionCount = 20;
const pixels = {
  width: side * regionCount,
  height: side,
  data: new Uint8ClampedArray(4 * side * side * regionCount),
};
const picture = { width: 2 * pixels.width, height: 2 * pixels.height };
const anchors = Float32Array.of(0, 0, side - 1, side - 1);
const strideCells = side / 16;

/** One anchor in every fourth cell scores; each such region is surely of class 1; masks are full. */
function scriptedNetwork(log: string[]): DetectorRuns<string> {
  return {
    async runTrunk(input) {
      log.push(`trunk ${input.dims.join("x")}`);
      const columns = regionCount * strideCells;
      const scores = Float32Array.from({ length: columns }, (_, cell) =>
        cell % strideCells === 0 ? 1 - cell / 1e4 : 0,
      );
      return {
        features: "features",
        scores: { data: scores, dims: [1, 1, 1, columns] },
        deltas: { data: new Float32Array(4 * columns), dims: [1, 4, 1, columns] },
      };
    },
    async runBoxHead(features, regions) {
      log.push(`box head ${features} ${regions.dims.join("x")}`);
      const count = regions.dims[0];
      const probabilities = Float32Array.from({ length: 2 * count }, (_, index) =>
        index % 2 === 1 && index < 2 * regionCount ? 0.9 - index / 1e3 : 0,
      );
      return {
        probabilities: { data: probabilities, dims: [count, 2] },
        deltas: { data: new Float32Array(8 * count), dims: [count, 8] },
      };
    },
    async runMaskHead(features, boxes) {
      log.push(`mask head ${features} ${boxes.dims.join("x")}`);
      return fullMasks(boxes);
    },
  };
}

function fullMasks(boxes: FloatTensor): FloatTensor {
  return { data: new Float32Array(boxes.dims[0] * 2 * 16).fill(1), dims: [boxes.dims[0], 2, 4, 4] };
}

const input = { pixels, picture, anchors };

describe("detectInstances", () => {
  test("trunk once, box head once, mask head in chunks of eight", async () => {
    const log: string[] = [];
    const stages: DetectionStage[] = [];
    const { instances } = await detectInstances(scriptedNetwork(log), input, {
      onStage: (stage) => stages.push(stage),
    });
    expect(instances.length).toBe(regionCount);
    expect(log[0]).toBe(`trunk 1x3x${pixels.height}x${pixels.width}`);
    expect(log[1]).toMatch(/^box head features \d+x4$/);
    expect(log.slice(2)).toEqual([
      "mask head features 8x4",
      "mask head features 8x4",
      "mask head features 4x4",
    ]);
    expect(stages.slice(3)).toEqual(
      [0, 8, 16, 20].map((done) => ({ stage: "masks", done, total: regionCount })),
    );
  });

  test("boxes are told in the picture's own pixels, masks on its capped canvas", async () => {
    const { instances, canvas } = await detectInstances(scriptedNetwork([]), input);
    expect(canvas).toEqual({ width: 1024, height: 51 });
    const [first, second] = instances;
    expect(first.box).toEqual({ x0: 0, y0: 0, x1: 126, y1: 126 });
    expect(second.box.x0).toBe(128);
    // The region is a twentieth of the canvas wide; its mask grows by a pixel or two at the border of the square.
    expect(Math.abs(second.mask.x + second.mask.width / 2 - 1.5 * (1024 / 20))).toBeLessThan(1.5);
  });

  test.each([
    { name: "before the first run", after: 0, runs: 0 },
    { name: "after the trunk", after: 1, runs: 1 },
    { name: "between two chunks of masks", after: 3, runs: 3 },
  ])("cancelled $name", async ({ after, runs }) => {
    const log: string[] = [];
    const isCancelled = () => log.length >= after;
    const job = detectInstances(scriptedNetwork(log), input, { isCancelled });
    await expect(job).rejects.toMatchObject({ code: "job/cancelled" });
    expect(log.length).toBe(runs);
  });

  test("nothing found: no mask is asked for", async () => {
    const log: string[] = [];
    const network = scriptedNetwork(log);
    const blind: DetectorRuns<string> = {
      ...network,
      async runBoxHead(features, regions) {
        const { deltas, probabilities } = await network.runBoxHead(features, regions);
        return { deltas, probabilities: { ...probabilities, data: probabilities.data.fill(0.01) } };
      },
    };
    const { instances } = await detectInstances(blind, input);
    expect(instances).toEqual([]);
    expect(log.length).toBe(2);
  });
});

describe("planMaskCanvas", () => {
  test.each([
    [480, 320, 480, 320],
    [1024, 1024, 1024, 1024],
    [4000, 3000, 1024, 768],
    [1, 5000, 1, 1024],
  ])("%i x %i becomes %i x %i", (width, height, canvasWidth, canvasHeight) => {
    expect(planMaskCanvas({ width, height })).toEqual({ width: canvasWidth, height: canvasHeight });
  });
});
