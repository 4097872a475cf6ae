// Each operator's conversion, run through the real runtime on numbers worked out by hand.
import { describe, expect, test } from "vitest";
import { type WrittenOperator, writeNet } from "../../../tests/support/caffe2-writer.ts";
import { type Feed, runModel } from "../../../tests/support/ort.ts";
import { writeOnnx } from "../onnx/write-onnx.ts";
import { convertPart } from "./convert-part.ts";
import type { GivenTensor } from "./given-tensors.ts";
import { readNetDef } from "./net-def.ts";

type Weights = Readonly<Record<string, { dims: readonly number[]; values: readonly number[] }>>;

const wide = { Y_scale: { float: 1 }, Y_zero_point: 100 };
const nhwc = { order: "NHWC", ...wide };

async function run(
  operators: readonly WrittenOperator[],
  feeds: Readonly<Record<string, Feed>>,
  weights: Weights = {},
) {
  const net = readNetDef(writeNet({ operators }));
  const tensors = new Map(
    Object.entries(weights).map(([name, { dims, values }]): [string, GivenTensor] => [
      name,
      { dims, values: Float32Array.from(values) },
    ]),
  );
  const inputs = Object.entries(feeds).map(([blob, { shape }]) => ({ blob, name: `in_${blob}`, shape }));
  const rank = ["a", "b", "c", "d"];
  const model = convertPart(net.operators, tensors, {
    name: "part",
    inputs,
    outputs: [{ blob: "y", name: "out", shape: rank.slice(0, operators.at(-1)!.type === "Int8FC" ? 2 : 4) }],
  });
  const named = Object.fromEntries(Object.entries(feeds).map(([blob, feed]) => [`in_${blob}`, feed]));
  const { out } = await runModel(writeOnnx(model).bytes, named);
  return { shape: [...out.shape], values: [...out.data] };
}

function picture(values: readonly number[], shape: readonly number[]): Feed {
  return { data: Float32Array.from(values), shape };
}

const x22 = picture([1, 2, 3, 4], [1, 1, 2, 2]);

describe("operators", () => {
  test("Int8Conv: stride, padding, bias, and the ends of the 8-bit range", async () => {
    const operator = {
      type: "Int8Conv",
      inputs: ["x", "w", "b"],
      outputs: ["y"],
      arguments: { ...nhwc, kernel: 2, stride: 2, pad: 1, Y_scale: { float: 0.5 }, Y_zero_point: 4 },
    };
    const weights = { w: { dims: [1, 2, 2, 1], values: [1, 10, 100, 1000] }, b: { dims: [1], values: [-5] } };
    // Corners see one pixel each: 1000 * 1, 100 * 2, 10 * 3, 1 * 4, minus 5; clipped to -2..125.5.
    expect(await run([operator], { x: x22 }, weights)).toEqual({
      shape: [1, 1, 2, 2],
      values: [125.5, 125.5, 25, -1],
    });
  });

  test("Int8Conv: weights come as out, height, width, in", async () => {
    const operator = {
      type: "Int8Conv",
      inputs: ["x", "w", "b"],
      outputs: ["y"],
      arguments: { ...nhwc, kernel: 2 },
    };
    const weights = {
      w: { dims: [1, 2, 2, 2], values: [1, 0, 2, 0, 0, 0, 0, 3] },
      b: { dims: [1], values: [0] },
    };
    const x = picture([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2]);
    expect((await run([operator], { x }, weights)).values).toEqual([1 * 1 + 2 * 2 + 3 * 8]);
  });

  test("Int8ConvRelu with groups: negative results are zero", async () => {
    const operator = {
      type: "Int8ConvRelu",
      inputs: ["x", "w", "b"],
      outputs: ["y"],
      arguments: { ...nhwc, kernel: 1, group: 2, Y_zero_point: 0 },
    };
    const weights = { w: { dims: [2, 1, 1, 1], values: [2, -2] }, b: { dims: [2], values: [0, 5] } };
    const x = picture([1, 2, 1, 3], [1, 2, 1, 2]);
    expect((await run([operator], { x }, weights)).values).toEqual([2, 4, 3, 0]);
  });

  test("Int8ConvTranspose: weights come as in, height, width, out", async () => {
    const operator = {
      type: "Int8ConvTranspose",
      inputs: ["x", "w", "b"],
      outputs: ["y"],
      arguments: { ...nhwc, kernel: 2, stride: 2 },
    };
    const weights = {
      w: { dims: [2, 2, 2, 1], values: [1, 2, 3, 4, 10, 20, 30, 40] },
      b: { dims: [1], values: [0] },
    };
    const x = picture([1, 2], [1, 2, 1, 1]);
    expect(await run([operator], { x }, weights)).toEqual({ shape: [1, 1, 2, 2], values: [21, 42, 63, 84] });
  });

  test("Int8FC: the channels of a place stand together", async () => {
    const operator = { type: "Int8FC", inputs: ["x", "w", "b"], outputs: ["y"], arguments: nhwc };
    const weights = {
      w: { dims: [2, 4], values: [1, 0, 0, 0, 0, 10, 0, 0] },
      b: { dims: [2], values: [0.5, 0] },
    };
    // Two channels, two columns: the row of the weights is place 0 (both channels), then place 1.
    const x = picture([1, 2, 3, 4], [1, 2, 1, 2]);
    expect(await run([operator], { x }, weights)).toEqual({ shape: [1, 2], values: [1.5, 30] });
  });

  test("Int8Sum of three, clipped", async () => {
    const operator = {
      type: "Int8Sum",
      inputs: ["x", "z", "x"],
      outputs: ["y"],
      arguments: { ...nhwc, Y_zero_point: 245 },
    };
    const z = picture([0, -1, 1, 5], [1, 1, 2, 2]);
    expect((await run([operator], { x: x22, z })).values).toEqual([2, 3, 7, 10]);
  });

  test("Int8Relu", async () => {
    const operator = {
      type: "Int8Relu",
      inputs: ["x"],
      outputs: ["y"],
      arguments: { ...nhwc, Y_zero_point: 0 },
    };
    expect((await run([operator], { x: picture([-1, 0, 300, 4], [1, 1, 2, 2]) })).values).toEqual([
      0, 0, 255, 4,
    ]);
  });

  test("Int8AveragePool", async () => {
    const operator = {
      type: "Int8AveragePool",
      inputs: ["x"],
      outputs: ["y"],
      arguments: { ...nhwc, kernel: 2 },
    };
    expect(await run([operator], { x: x22 })).toEqual({ shape: [1, 1, 1, 1], values: [2.5] });
  });

  test("Sigmoid, through changes of layout and number type", async () => {
    const operators = [
      { type: "NCHW2NHWC", inputs: ["x"], outputs: ["x_last"] },
      { type: "Int8Quantize", inputs: ["x_last"], outputs: ["x_int8"], arguments: wide },
      { type: "Int8Dequantize", inputs: ["x_int8"], outputs: ["x_float"] },
      { type: "NHWC2NCHW", inputs: ["x_float"], outputs: ["x_first"] },
      { type: "Sigmoid", inputs: ["x_first"], outputs: ["y"] },
    ];
    const { values } = await run(operators, { x: picture([0, 1], [1, 1, 1, 2]) });
    expect(values[0]).toBeCloseTo(0.5, 6);
    expect(values[1]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
  });

  test("Int8Softmax", async () => {
    const operators = [{ type: "Int8Softmax", inputs: ["x"], outputs: ["y"], arguments: nhwc }];
    const { values } = await run(operators, { x: picture([0, Math.log(3)], [1, 2, 1, 1]) });
    expect(values[0]).toBeCloseTo(0.25, 6);
  });

  test("RoIAlign: each region is averaged over its bins", async () => {
    const operator = {
      type: "RoIAlign",
      inputs: ["x", "rois"],
      outputs: ["y"],
      arguments: {
        order: "NHWC",
        pooled_h: 1,
        pooled_w: 2,
        spatial_scale: { float: 0.5 },
        sampling_ratio: 1,
      },
    };
    const x = picture([0, 1, 2, 3, 10, 11, 12, 13], [1, 1, 2, 4]);
    const rois = picture([0, 0, 4, 2, 2, 0, 6, 2], [2, 4]);
    // Region 0..2 x 0..1 of the features: bins are sampled at their centres (.5 and 1.5, .5).
    expect(await run([operator], { x, rois })).toEqual({ shape: [2, 1, 1, 2], values: [5.5, 6.5, 6.5, 7.5] });
  });
});

describe("convertPart", () => {
  const relu = { type: "Int8Relu", inputs: ["x"], outputs: ["y"], arguments: nhwc };

  test("operators that the output does not need are left out, even unknown ones", async () => {
    const other = { type: "CopyCPUToGPU", inputs: ["x"], outputs: ["elsewhere"] };
    expect((await run([other, relu], { x: x22 })).values).toEqual([1, 2, 3, 4]);
  });

  test.each([
    ["an unknown operator", [{ ...relu, type: "Swish" }], "caffe2/unsupported-operator"],
    ["a value that nothing computes", [{ ...relu, inputs: ["nowhere"] }], "caffe2/malformed"],
    ["an operator without inputs", [{ ...relu, inputs: [] }], "caffe2/malformed"],
    [
      "a value used before it is computed",
      [relu, { ...relu, inputs: ["y"], outputs: ["x2"] }, { ...relu, inputs: ["x2"] }],
      "caffe2/malformed",
    ],
    ["two outputs of one operator", [{ ...relu, outputs: ["y", "z"] }], "caffe2/malformed"],
    [
      "channels first",
      [{ ...relu, type: "Int8AveragePool", arguments: { ...nhwc, kernel: 2, order: "NCHW" } }],
      "caffe2/malformed",
    ],
    [
      "a window that is not square",
      [{ ...relu, type: "Int8AveragePool", arguments: { ...nhwc, kernel_h: 2, kernel_w: 3 } }],
      "caffe2/malformed",
    ],
    [
      "weights that are missing",
      [{ ...relu, type: "Int8Conv", inputs: ["x", "w", "b"] }],
      "caffe2/malformed",
    ],
    ["no quantisation", [{ ...relu, arguments: {} }], "caffe2/malformed"],
  ] as const)("%s is refused", async (_, operators, code) => {
    await expect(run(operators, { x: x22 })).rejects.toMatchObject({ code });
  });
});
