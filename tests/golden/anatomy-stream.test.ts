// Every exported transformer: residual stream, operands and head mean what their names say, told from runs alone.
import { afterAll, describe, expect, it } from "vitest";
import { dissect } from "../../src/core/anatomy/dissect.ts";
import { canonicalise } from "../../src/core/onnx/canonical/canonicalise.ts";
import { indexGraph } from "../../src/core/onnx/graph-index.ts";
import { ElementType, type OnnxModel } from "../../src/core/onnx/model.ts";
import { inferFacts } from "../../src/core/onnx/shapes/infer-facts.ts";
import { elementCount } from "../../src/core/onnx/tensor-numbers.ts";
import type { Feed } from "../support/ort.ts";
import {
  checkBlock,
  checkLogits,
  checkPatches,
  checkReadings,
  checkReversed,
} from "../support/stream-checks.ts";
import { type Outputs, openStreamModel, otherPicture } from "../support/stream-model.ts";
import { missing } from "../support/witnesses.ts";
import { readZooModel, readZooReference, type ZooEntry, zooEntries, zooFeeds } from "../support/zoo.ts";

const quantised = /^(?:MatMulInteger|ConvInteger|(?:Dynamic)?QuantizeLinear|DequantizeLinear)$/;
const transformers = zooEntries().filter((entry) => {
  const isTransformer = entry.kind === "vit" || entry.kind === "vit2";
  const isQuantised = Object.keys(entry.ops).some((operator) => quantised.test(operator));
  return isTransformer && entry.standard_softmax_attention === true && !isQuantised;
});
const cases = transformers.flatMap((entry) => [
  // Fused attention has no maps before it is expanded, and fused norms keep the stream to themselves.
  ...(isFused(entry) ? [] : [{ entry, file: entry.file, form: "as exported" as const }]),
  { entry, file: entry.file, form: "canonical" as const },
]);
const counts = { files: new Set<string>(), forms: 0, blocks: 0 };

describe.skipIf(missing("zoo") !== "")(`stream and head of exported transformers${missing("zoo")}`, () => {
  afterAll(() => {
    console.log(`${counts.files.size} files, ${counts.forms} forms, ${counts.blocks} blocks`);
  });

  it.each(cases)("$file, $form", async ({ entry, form }) => {
    const reference = readZooReference(entry);
    const feeds = zooFeeds(entry, reference);
    const model = formOf(readZooModel(entry), form, feeds);
    const anatomy = dissect(model);
    expect(anatomy.gaps).toEqual([]);
    const stream = anatomy.stream!;
    expect(stream.blocks).toHaveLength(anatomy.attention.length);
    const index = indexGraph(model.graph);
    const shapes = new Map(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));
    const { elementType, shape } = inferFacts(model, index, shapes).get(stream.head.input)!;
    const noise = { elementType: elementType!, shape: shape as readonly number[] };
    const isHalf = model.graph.initializers.some((each) => each.elementType === ElementType.float16);
    const close = isHalf ? 2e-2 : 1e-4;
    const opened = await openStreamModel(model, anatomy, stream, noise);
    const silence = new Float32Array(elementCount(noise.shape));
    const run = (picture: Feed, values: Float32Array = silence) =>
      opened.runner.run({
        ...feeds,
        [anatomy.input.name]: picture,
        noise: { data: values, shape: noise.shape },
      });
    const given = feeds[anatomy.input.name]!;
    const pictures = [given, ...[1, 2, 3].map((seed) => otherPicture(given, seed))];
    const runs: Outputs[] = [];
    for (const picture of pictures) runs.push(await run(picture));

    checkLogits(runs[0]!, opened.noisyScores, anatomy, reference.get("logits")!.data as Float64Array, isHalf);
    for (const layer of stream.blocks.keys()) checkBlock(runs, anatomy, stream, layer, close);
    checkReversed(runs[0]!, stream, opened.reversed, close);
    await checkReadings(stream, noise.shape, opened.noisyScores, runs[0]!, (values) => run(given, values));
    await checkPatches(anatomy, stream, given, runs[0]!, run);
    await opened.close();
    counts.files.add(entry.file);
    counts.forms++;
    counts.blocks += stream.blocks.length;
  });
});

function isFused({ ops }: ZooEntry): boolean {
  return Object.keys(ops).some((name) => /(?:^|[.:])(?:Skip.*Normalization|.*Attention)$/.test(name));
}

function formOf(
  model: OnnxModel,
  form: "as exported" | "canonical",
  feeds: Readonly<Record<string, Feed>>,
): OnnxModel {
  if (form === "as exported") return model;
  return canonicalise(model, {
    inputShapes: new Map(Object.entries(feeds).map(([name, { shape }]) => [name, shape])),
  });
}
