// Every file of the exporter zoo: attention found by data flow equals PyTorch's own, everything else is refused.
import { describe, expect, it } from "vitest";
import { completeAnatomy } from "../../src/core/anatomy/complete.ts";
import { dissect } from "../../src/core/anatomy/dissect.ts";
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import { isXaiError } from "../../src/core/errors.ts";
import { ElementType } from "../../src/core/onnx/model.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { largestDifference, runModel } from "../support/ort.ts";
import { missing } from "../support/witnesses.ts";
import { readZooModel, readZooReference, type ZooEntry, zooEntries, zooFeeds } from "../support/zoo.ts";

const entries = zooEntries();
const quantised = /^(?:MatMulInteger|ConvInteger|(?:Dynamic)?QuantizeLinear|DequantizeLinear)$/;

/** Attention that a standard softmax shows; fused and quantised files show none of the reference's. */
function showsAttention(entry: ZooEntry): boolean {
  const isTransformer = entry.kind === "vit" || entry.kind === "vit2";
  const tensors = entry.verify.attention_tensors ?? [];
  const isQuantised = Object.keys(entry.ops).some((operator) => quantised.test(operator));
  return isTransformer && entry.standard_softmax_attention === true && tensors.every(Boolean) && !isQuantised;
}

function tolerance(model: ReturnType<typeof readZooModel>): number {
  const isHalf = model.graph.initializers.some(({ elementType }) => elementType === ElementType.float16);
  return isHalf ? 2e-2 : 1e-4;
}

describe.skipIf(missing("zoo") !== "")(`anatomy of exported transformers${missing("zoo")}`, () => {
  it.each(entries.filter(showsAttention))("$file", async (entry) => {
    const model = readZooModel(entry);
    const anatomy = dissect(model);
    const layers = [...anatomy.attention, ...anatomy.pooling];
    const recorded = entry.verify.attention_tensors!.map((each) => each!);
    const onImage = recorded.slice(0, layers.length);
    expect(anatomy.logits.name).toBe(entry.target_output);
    expect(anatomy.prefixTokens).toBe(entry.prefix_tokens);
    expect(anatomy.grid).toEqual({ rows: entry.grid![0], columns: entry.grid![1] });
    expect(anatomy.attention.map(({ heads }) => heads)).toEqual(anatomy.attention.map(() => entry.n_heads));
    expect(anatomy.attention).toHaveLength(onImage.filter(({ shape }) => shape.at(-2) !== 1).length);
    // Text layers come after the image's; in a single tower there is nothing else.
    if (entry.kind === "vit") expect(layers).toHaveLength(recorded.length);

    const reference = readZooReference(entry);
    const names = [anatomy.logits.name, ...layers.map(({ tensor }) => tensor)];
    const { bytes, externalData } = writeOnnx(exposeOutputs(model, names), {
      externalise: { path: "weights", minimumBytes: 256 },
    });
    const outputs = await runModel(bytes, zooFeeds(entry, reference), { outputs: names, externalData });
    const close = tolerance(model);
    const logits = reference.get("logits")!.data as Float64Array;
    const scale = Math.max(...logits.map(Math.abs));
    expect(largestDifference(outputs[anatomy.logits.name]!.data, logits) / scale).toBeLessThan(close);
    for (const [layer, { tensor }] of layers.entries()) {
      const expected = reference.get(`attn.${layer}`)!;
      expect(outputs[tensor]!.shape).toEqual(expected.shape);
      const difference = largestDifference(outputs[tensor]!.data, expected.data as Float64Array);
      expect(difference, tensor).toBeLessThan(close);
    }
    const shapes = new Map(Object.entries(outputs).map(([name, { shape }]) => [name, shape]));
    const complete = completeAnatomy(anatomy, shapes);
    expect(complete).toMatchObject({ grid: anatomy.grid, prefixTokens: anatomy.prefixTokens });
    expect(complete.logits.classes).toBe(logits.length);
  });
});

describe.skipIf(missing("zoo") !== "")(`graphs without maps over the picture${missing("zoo")}`, () => {
  it.each(entries.filter((entry) => !showsAttention(entry)))("$file is refused with a reason", (entry) => {
    const model = readZooModel(entry);
    expect(refusal(() => dissect(model))).toMatch(expectedReason(entry));
  });
});

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isXaiError(error, "anatomy/no-attention")) return error.details.reason;
    if (isXaiError(error, "anatomy/quantised")) return `quantised: ${error.details.operators.join(", ")}`;
    throw error;
  }
  return "";
}

function expectedReason(entry: ZooEntry): RegExp {
  if (Object.keys(entry.ops).some((operator) => quantised.test(operator))) return /quantised/;
  if (entry.kind === "cnn") return /no attention.*Grad-CAM/;
  if (entry.kind === "window") return /windows of \d+ tokens/;
  if (entry.kind === "negative") return /attention|queries|tokens/;
  return /fused/;
}
