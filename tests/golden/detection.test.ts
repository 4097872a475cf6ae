// The whole detector on photographs: what it must see, however it is cut into runs.
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { cocoClasses } from "../../src/core/detection/coco-classes.ts";
import type { DetectionStage, Detections } from "../../src/core/detection/mask-rcnn2go.ts";
import { type Detector, openDetector } from "../support/detector.ts";
import { readPicture } from "../support/pictures.ts";
import { missing, witnesses } from "../support/witnesses.ts";

const skipped = missing("models", "images");

describe.skipIf(skipped !== "")(`Mask R-CNN2Go on the cat and the dog${skipped}`, () => {
  let detector: Detector;
  let detections: Detections;
  const stages: DetectionStage[] = [];
  beforeAll(async () => {
    detector = await openDetector();
    const picture = await readPicture(resolve(witnesses.images, "chefer/catdog.png"));
    detections = await detector.detect(picture, { onStage: (stage) => stages.push(stage) });
  });

  test.each(["cat", "dog"])("finds one %s, and is sure", (label) => {
    const found = detections.instances.filter(({ classIndex }) => cocoClasses[classIndex] === label);
    expect(found.length).toBe(1);
    expect(found[0].score).toBeGreaterThan(0.99);
  });

  test("the dog is above the cat, and each mask fills a good part of its own box only", () => {
    const [cat, dog] = ["cat", "dog"].map(
      (label) => detections.instances.find(({ classIndex }) => cocoClasses[classIndex] === label)!,
    );
    expect(dog.box.y0).toBeLessThan(cat.box.y0);
    for (const { mask, box } of [cat, dog]) {
      const area = mask.data.reduce((sum, pixel) => sum + pixel, 0);
      const share = area / ((box.x1 - box.x0 + 1) * (box.y1 - box.y0 + 1));
      expect(share).toBeGreaterThan(0.4);
      expect(share).toBeLessThan(1);
    }
  });

  test("tells every stage in order, and the masks to the end", () => {
    const order = [...new Set(stages.map(({ stage }) => stage))];
    expect(order).toEqual(["forward", "proposals", "boxes", "masks"]);
    expect(stages.at(-1)).toEqual({
      stage: "masks",
      done: detections.instances.length,
      total: detections.instances.length,
    });
  });
});
