// The segmenting role with the real Mask R-CNN2Go on WASM in Node: what it finds, and how it gives up.
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Progress, Segmentation } from "../../src/bridge/contract.ts";
import { planDetectorSize } from "../../src/core/detection/detector-input.ts";
import type { Preprocessing } from "../../src/core/models/descriptor.ts";
import { resampleRgba } from "../../src/core/vision/resample.ts";
import type { RgbaImage } from "../../src/core/vision/rgba-image.ts";
import { createSegmentWorker } from "../../src/engine/segment-worker.ts";
import { readPicture } from "../support/pictures.ts";
import { missing, witnesses } from "../support/witnesses.ts";
import { mirrorStore } from "./mirror-store.ts";

const reason = missing("models", "images");
const ignore = () => undefined;
const squash: Preprocessing = {
  framing: "squash",
  shorterSide: 248,
  size: 224,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
};
const grid = { rows: 14, columns: 14 };

function forDetector(picture: RgbaImage) {
  const { width, height } = planDetectorSize(picture.width, picture.height);
  const pixels = resampleRgba(picture, width, height, "bilinear");
  return { pixels, width: picture.width, height: picture.height };
}

describe.skipIf(reason !== "")(`segmenting role${reason}`, () => {
  const worker = createSegmentWorker(mirrorStore());
  let picture: ReturnType<typeof forDetector>;
  let segmentation: Segmentation;
  const loading: Progress[] = [];
  const segmenting: Progress[] = [];

  beforeAll(async () => {
    picture = forDetector(await readPicture(join(witnesses.images, "chefer/catdog.png")));
    expect(await worker.start({ backend: "webgpu" })).toMatchObject({ backend: "wasm" });
    const info = await worker.loadModel(1, "mask-rcnn2go", (step) => loading.push(step));
    expect(info).toMatchObject({ id: "mask-rcnn2go", origin: { source: "mirror" } });
    segmentation = await worker.segment(2, picture, (step) => segmenting.push(step));
  });

  test("the cat and the dog are found, sure as can be, each with its picture", () => {
    expect(segmentation.job).toBe(2);
    const sure = segmentation.instances.filter(({ score }) => score > 0.9).map(({ label }) => label);
    expect(sure.sort()).toEqual(["cat", "dog"]);
    for (const { box, thumbnail } of segmentation.instances) {
      expect(box.x1).toBeLessThanOrEqual(picture.width);
      expect(box.y1).toBeLessThanOrEqual(picture.height);
      expect(thumbnail.data.length).toBe(4 * thumbnail.width * thumbnail.height);
      const alphas = new Set(thumbnail.data.filter((_, index) => index % 4 === 3));
      expect(alphas.has(255)).toBe(true);
      expect(alphas.has(0)).toBe(true);
    }
  });

  test("every stage is told", () => {
    expect([...new Set(loading.map(({ stage }) => stage))]).toEqual([
      "download",
      "verify",
      "convert",
      "session",
    ]);
    expect([...new Set(segmenting.map(({ stage }) => stage))]).toEqual([
      "forward",
      "proposals",
      "boxes",
      "masks",
    ]);
    const { forward, total } = segmentation.milliseconds;
    expect(forward).toBeGreaterThan(0);
    expect(total).toBeGreaterThan(forward);
  });

  test("the foreground is the union of the chosen instances", async () => {
    const all = segmentation.instances.map((_, index) => index);
    const views = await Promise.all(
      [[], ...all.map((index) => [index]), all].map((instances) =>
        worker.foreground(2, { instances, preprocessing: squash, grid }),
      ),
    );
    const areas = views.map((view) => view.grid.reduce((sum, share) => sum + share, 0) / view.grid.length);
    expect(areas[0]).toBe(0);
    const parts = areas.slice(1, -1);
    for (const part of parts) expect(part).toBeGreaterThan(0.01);
    expect(areas.at(-1)).toBeGreaterThanOrEqual(Math.max(...parts) - 1e-6);
    expect(areas.at(-1)).toBeLessThanOrEqual(parts.reduce((sum, part) => sum + part, 0) + 1e-6);
    expect(views[0].coverage.length).toBe(224 * 224);
  });

  test("instances of a job that is not the current one are not there", async () => {
    const request = { instances: [0], preprocessing: squash, grid };
    await expect(worker.foreground(1, request)).rejects.toMatchObject({
      code: "engine/no-result",
      details: { what: "instances" },
    });
  });

  test("a cancel is noticed between two runs, and what was found before stays", async () => {
    const stages: string[] = [];
    const cancelled = worker.segment(3, picture, ({ stage }) => {
      stages.push(stage);
      if (stage === "proposals") void worker.cancel(3);
    });
    await expect(cancelled).rejects.toMatchObject({ code: "job/cancelled" });
    expect(stages).not.toContain("masks");
    await expect(worker.segment(3, picture, ignore)).rejects.toMatchObject({ code: "job/cancelled" });
    const kept = await worker.foreground(2, { instances: [0], preprocessing: squash, grid });
    expect(kept.job).toBe(2);
  });

  test("a classifier is not taken for a detector", async () => {
    await expect(worker.loadModel(4, "deit-tiny", ignore)).rejects.toMatchObject({
      code: "model/unavailable",
    });
  });
});
