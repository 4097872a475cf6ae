// Attention, grid and scores found in a small transformer, in the forms that exporters give it.
import { describe, expect, it } from "vitest";
import { openModel } from "../../../tests/support/ort.ts";
import { tinyVit } from "../../../tests/support/tiny-vit.ts";
import { isXaiError } from "../errors.ts";
import { makeFloatTensor, makeGraph, makeNode, makeUntypedValue, makeValue } from "../onnx/build.ts";
import { ElementType, type Node, type OnnxModel } from "../onnx/model.ts";
import { writeOnnx } from "../onnx/write-onnx.ts";
import { completeAnatomy } from "./complete.ts";
import { dissect } from "./dissect.ts";
import { exposeOutputs } from "./expose.ts";

const whole = { patchSize: 4, grid: { rows: 2, columns: 2 }, tokens: 5, prefixTokens: 1 };

function withNodes(model: OnnxModel, change: (nodes: readonly Node[]) => readonly Node[]): OnnxModel {
  return { ...model, graph: { ...model.graph, nodes: change(model.graph.nodes) } };
}

function reasonOf(model: OnnxModel): string {
  try {
    dissect(model);
  } catch (error) {
    if (isXaiError(error, "anatomy/no-attention")) return error.details.reason;
    if (isXaiError(error, "anatomy/unsupported-input")) return error.details.reason;
    if (isXaiError(error, "anatomy/quantised")) return `quantised: ${error.details.operators.join(", ")}`;
    throw error;
  }
  throw new Error("not refused");
}

describe("dissect", () => {
  it("finds everything in a plain transformer", () => {
    expect(dissect(tinyVit())).toEqual({
      input: { name: "picture", elementType: "float32", channels: 3, size: 8 },
      otherInputs: [],
      logits: { name: "scores", classes: 3 },
      attention: [
        {
          ...{ tensor: "attention", heads: 2, tokens: 5, scores: "scaled" },
          ...{ queries: { tensor: "q", tokenAxis: 2 }, keys: { tensor: "k", tokenAxis: 2 } },
          values: { tensor: "v", tokenAxis: 2 },
        },
      ],
      stream: {
        tokenAxis: 1,
        blocks: [{ input: "x", norm1: "x", mid: "y", norm2: null, output: "y" }],
        head: { input: "y", norm: null, readings: [{ kind: "token", tokens: [0] }], outputTokens: [0] },
      },
      ...{ pooling: [], gaps: [] },
      ...whole,
    });
  });

  it.each([
    ["heads folded into the batch", tinyVit({ foldsHeads: true })],
    ["patches cut by a reshape", tinyVit({ patches: "unfolding" })],
    ["the axis counted from the front", tinyVit({ axis: 3 })],
    ["an open batch", tinyVit({ declared: ["batch", 3, 8, 8] })],
    ["an open size that learnt positions fix", tinyVit({ declared: ["b", 3, "height", "width"] })],
    [
      "casts and a NaN guard after the softmax",
      tinyVit({
        between: [
          makeNode("Cast", ["attention"], ["cast"], { to: ElementType.float32 }),
          makeNode("IsNaN", ["cast"], ["isNan"]),
          makeNode("Where", ["isNan", "scale", "cast"], ["guarded"]),
          makeNode("Dropout", ["guarded"], ["weights"]),
        ],
      }),
    ],
  ])("copes with %s", async (_, model) => {
    const anatomy = dissect(model);
    expect(anatomy).toMatchObject({ ...whole, attention: [{ tensor: "attention", heads: 2, tokens: 5 }] });
    expect(anatomy.input.size).toBe(8);
    const runner = await openModel(writeOnnx(exposeOutputs(model, ["attention"])).bytes);
    const data = Float32Array.from({ length: 192 }, (__, index) => Math.cos(index));
    const outputs = await runner.run({ picture: { data, shape: [1, 3, 8, 8] } });
    const shapes = new Map(Object.entries(outputs).map(([name, { shape }]) => [name, shape]));
    expect(completeAnatomy(anatomy, shapes)).toMatchObject({ ...whole, logits: { classes: 3 } });
    await runner.release();
  });

  it("steps back over a softmax at the end", () => {
    expect(dissect(tinyVit({ endsInSoftmax: true })).logits).toEqual({ name: "scores", classes: 3 });
  });

  it("goes by the data, not by the order of the file", () => {
    const shuffled = withNodes(tinyVit(), (nodes) => [...nodes].reverse());
    expect(dissect(shuffled)).toEqual(dissect(tinyVit()));
  });

  it("lists a head with a learnt query as pooling", () => {
    const pooled = withNodes(tinyVit(), (nodes) => [
      ...nodes.filter(({ opType }) => opType !== "Gather"),
      makeNode("Transpose", ["y"], ["yT"], { perm: [0, 2, 1] }),
      makeNode("MatMul", ["class", "yT"], ["poolScores"]),
      makeNode("Softmax", ["poolScores"], ["poolAttention"], { axis: -1 }),
      makeNode("MatMul", ["poolAttention", "y"], ["pooled"]),
      makeNode("Flatten", ["pooled"], ["classRow"]),
    ]);
    expect(dissect(pooled)).toMatchObject({
      attention: [{ tensor: "attention" }],
      pooling: [{ tensor: "poolAttention", heads: 1, tokens: 5 }],
    });
  });

  it("takes a fused, a quantised and an attention-free graph for what they are", () => {
    const fused = withNodes(tinyVit(), (nodes) => [
      ...nodes.filter(({ opType }) => opType !== "Softmax"),
      makeNode("MultiHeadAttention", ["scaled"], ["attention"], { num_heads: 2 }, "com.microsoft"),
    ]);
    expect(reasonOf(fused)).toMatch(/fused into 1 nodes MultiHeadAttention \(com\.microsoft\)/);
    const quantised = withNodes(tinyVit({ between: [] }), (nodes) => [
      ...nodes,
      makeNode("QuantizeLinear", ["attention", "scale"], ["rounded"]),
      makeNode("DequantizeLinear", ["rounded", "scale"], ["weights"]),
    ]);
    expect(reasonOf(quantised)).toMatch(/quantised: QuantizeLinear, DequantizeLinear/);
    const mixing = tinyVit({ between: [makeNode("MatMul", ["attention", "mix"], ["weights"])] });
    expect(reasonOf(mixing)).toMatch(/mixed between heads/);
  });

  it("refuses inputs and outputs that it cannot feed or read", () => {
    expect(reasonOf(tinyVit({ declared: [1, 8, 8, 3] }))).toMatch(/channels last/);
    expect(reasonOf(tinyVit({ declared: [1, 4, 8, 8] }))).toMatch(/4 channels/);
    expect(reasonOf(tinyVit({ declared: [1, 3, 8, 16] }))).toMatch(/16 x 8 pixels/);
    expect(reasonOf(tinyVit({ declared: [1, 192] }))).toMatch(/no input is a picture/);
    const headless = tinyVit();
    const graph = { ...headless.graph, outputs: [makeUntypedValue("y")] };
    expect(reasonOf({ ...headless, graph })).toMatch(/no classification head/);
  });

  it("leaves a softmax alone that gates features, as attention over channels does", () => {
    const graph = makeGraph({
      nodes: [
        makeNode("Conv", ["picture", "kernel"], ["map"], { kernel_shape: [4, 4], strides: [4, 4] }),
        makeNode("GlobalAveragePool", ["map"], ["pooled"]),
        makeNode("Flatten", ["pooled"], ["row"]),
        makeNode("Softmax", ["row"], ["gate"], { axis: -1 }),
        makeNode("Mul", ["row", "gate"], ["scores"]),
      ],
      initializers: [makeFloatTensor("kernel", [8, 3, 4, 4], Array<number>(384).fill(0.1))],
      inputs: [makeValue("picture", ElementType.float32, [1, 3, 8, 8])],
      outputs: [makeUntypedValue("scores")],
    });
    expect(reasonOf({ ...tinyVit(), graph })).toMatch(/it has no attention/);
  });
});
