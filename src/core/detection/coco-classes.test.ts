// The list of classes against the one beside the model.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { missing, witnesses } from "../../../tests/support/witnesses.ts";
import { maskRcnn2go } from "../models/mask-rcnn2go.ts";
import { cocoClasses } from "./coco-classes.ts";

const skipped = missing("models");

test.skipIf(skipped !== "")(`the same names in the same order${skipped}`, () => {
  const path = resolve(witnesses.models, "maskrcnn2go/coco_classes.json");
  const listed: readonly string[] = JSON.parse(readFileSync(path, "utf8"));
  expect(cocoClasses.slice(1)).toEqual(listed.slice(1));
});

test("the descriptor of the detector names the same", () => {
  expect([...maskRcnn2go.labels]).toEqual([...cocoClasses]);
});
