// Every Vision Transformer of the zoo without the rows that nobody reads: the same class scores and attention.
import { afterAll, describe, expect, it } from "vitest";
import { dissectClassifier } from "../../src/core/anatomy/dissect-classifier.ts";
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import { cutEarly } from "../../src/core/anatomy/narrow/cut-early.ts";
import { canonicalise } from "../../src/core/onnx/canonical/canonicalise.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { largestDifference, runModel } from "../support/ort.ts";
import { missing } from "../support/witnesses.ts";
import {
  isQuantised,
  readZooModel,
  readZooReference,
  showsAttention,
  zooEntries,
  zooFeeds,
} from "../support/zoo.ts";

const entries = zooEntries().filter((entry) => showsAttention(entry) && !isQuantised(entry));
/** Files that read one token at the end, by what they are made of. */
const narrowed: string[] = [];

describe.skipIf(missing("zoo") !== "")(`unread rows left out${missing("zoo")}`, () => {
  afterAll(() => expect(narrowed.length).toBeGreaterThan(0));

  it.each(entries)("$file", async (entry) => {
    const feeds = zooFeeds(entry, readZooReference(entry));
    const inputShapes = new Map(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));
    const model = canonicalise(readZooModel(entry), { inputShapes });
    const { kind, anatomy } = dissectClassifier(model);
    if (kind !== "transformer") throw new Error("a transformer was expected");
    const names = [anatomy.logits.name, ...anatomy.attention.map(({ tensor }) => tensor)];
    const cut = cutEarly(model, names, inputShapes);
    if (cut.graph.nodes.some(({ outputs }) => outputs.some((name) => name.includes("/cut_"))))
      narrowed.push(entry.file);
    const run = (each: OnnxModel) => {
      const { bytes, externalData } = writeOnnx(each, {
        externalise: { path: "weights", minimumBytes: 1024 },
      });
      return runModel(bytes, feeds, { outputs: names, externalData });
    };
    const [before, after] = [await run(exposeOutputs(model, names)), await run(cut)];
    for (const name of names) {
      expect(after[name]!.shape).toEqual(before[name]!.shape);
      expect(largestDifference(after[name]!.data, before[name]!.data)).toBeLessThan(1e-5);
    }
  });
});
