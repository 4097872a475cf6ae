// The double-precision runtime against onnxruntime, operator by operator.
import { describe, expect, test } from "vitest";
import {
  type AttributeInput,
  makeFloatTensor,
  makeGraph,
  makeIntTensor,
  makeNode,
  makeUntypedValue,
  makeValue,
} from "../../src/core/onnx/build.ts";
import { ElementType, type OnnxModel } from "../../src/core/onnx/model.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { erf } from "./evaluate/erf.ts";
import { evaluate } from "./evaluate.ts";
import { relativeError } from "./golden.ts";
import { runModel } from "./ort.ts";

/** Numbers by their sizes, or integers by themselves. */
type RowInput = { readonly dims: readonly number[] } | { readonly integers: readonly number[] };

const real = (...dims: readonly number[]): RowInput => ({ dims });
const integers = (...values: readonly number[]): RowInput => ({ integers: values });

type Row = readonly [string, readonly RowInput[], Readonly<Record<string, AttributeInput>>?, number?];

const window = { kernel_shape: [2, 3], strides: [2, 1], pads: [1, 0, 0, 2] };

const rows: readonly Row[] = [
  ..."Add Sub Mul Div Max Min Sum".split(" ").map((name): Row => [name, [real(2, 3, 4), real(3, 1)]]),
  ..."Relu Erf Tanh Sigmoid Softplus Neg Abs Sign Exp Sin Cos Floor Ceil Reciprocal Gelu HardSwish HardSigmoid"
    .split(" ")
    .map((name): Row => [name, [real(3, 4)]]),
  ["Gelu", [real(3, 4)], { approximate: "tanh" }],
  ["LeakyRelu", [real(3, 4)], { alpha: { float: 0.2 } }],
  ["Clip", [real(3, 4)], { min: { float: -0.3 }, max: { float: 0.4 } }, 6],
  ["MatMul", [real(2, 1, 3, 4), real(3, 4, 2)]],
  ["MatMul", [real(4), real(2, 4, 3)]],
  ["MatMul", [real(2, 3, 4), real(4)]],
  ["Gemm", [real(3, 4), real(4, 2), real(2)]],
  [
    "Gemm",
    [real(4, 3), real(2, 4), real(3, 1)],
    { transA: 1, transB: 1, alpha: { float: 2 }, beta: { float: 0.5 } },
  ],
  ["Einsum", [real(2, 3, 4), real(2, 5, 4)], { equation: "bid,bjd->bij" }],
  ["Softmax", [real(2, 3, 4)], { axis: 1 }],
  ["Softmax", [real(2, 3, 4)], { axis: 1 }, 11],
  ["LayerNormalization", [real(2, 3, 4), real(4), real(4)], { epsilon: { float: 1e-3 } }],
  ["LayerNormalization", [real(2, 3, 4), real(3, 4)], { axis: 1 }],
  ..."ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2"
    .split(" ")
    .map((name): Row => [name, [real(2, 3, 4), integers(0, -1)]]),
  ["ReduceSum", [real(2, 3, 4), integers(1)], { keepdims: 0 }],
  ["ReduceMean", [real(2, 3, 4)], { axes: [1] }, 13],
  ["ReduceMean", [real(2, 3)]],
  ["ArgMax", [real(2, 3, 4)], { axis: 1 }],
  ["ArgMax", [real(2, 3, 4)], { axis: -1, keepdims: 0 }],
  ["Conv", [real(1, 4, 5, 6), real(6, 2, 2, 3), real(6)], { ...window, group: 2 }],
  ["Conv", [real(2, 3, 7), real(4, 3, 2)], { kernel_shape: [2], dilations: [3] }],
  ["ConvTranspose", [real(1, 4, 3, 4), real(4, 3, 2, 3), real(6)], { ...window, group: 2 }],
  ["ConvTranspose", [real(1, 2, 3), real(2, 3, 2)], { strides: [3], output_padding: [1] }],
  ["MaxPool", [real(1, 2, 5, 6)], { ...window, ceil_mode: 1 }],
  ["AveragePool", [real(1, 2, 5, 6)], window],
  ["AveragePool", [real(1, 2, 5, 6)], { ...window, count_include_pad: 1 }],
  ["GlobalAveragePool", [real(2, 3, 4, 5)]],
  ["GlobalMaxPool", [real(2, 3, 4, 5)]],
  ["Reshape", [real(2, 3, 4), integers(0, -1)]],
  ["Flatten", [real(2, 3, 4)], { axis: -1 }],
  ["Squeeze", [real(1, 3, 1), integers(-1)]],
  ["Squeeze", [real(1, 3, 1)], { axes: [0] }, 11],
  ["Unsqueeze", [real(3, 4), integers(0, -1)]],
  ["Transpose", [real(2, 3, 4)], { perm: [1, 2, 0] }],
  ["Transpose", [real(2, 3, 4)]],
  ["Expand", [real(3, 1), integers(2, 1, 4)]],
  ["Concat", [real(2, 3), real(2, 1), real(2, 2)], { axis: -1 }],
  ["Slice", [real(5, 6), integers(1, -1), integers(100, -6), integers(0, 1), integers(2, -2)]],
  ["Slice", [real(5, 6)], { starts: [-3], ends: [-1], axes: [1] }, 9],
  ["Gather", [real(3, 4, 5), integers(-1, 0)], { axis: 1 }],
  ["Pad", [real(2, 3), integers(1, 0, 0, 2)]],
];

function modelOf([opType, inputs, attributes = {}, opset = 20]: Row, outputs: number): OnnxModel {
  const names = inputs.map((_, place) => `x${place}`);
  const results = Array.from({ length: outputs }, (_, place) => `y${place}`);
  const graph = makeGraph({
    nodes: [makeNode(opType, names, results, attributes)],
    initializers: inputs.flatMap((input, place) =>
      "integers" in input ? [makeIntTensor(names[place]!, [input.integers.length], input.integers)] : [],
    ),
    inputs: inputs.flatMap((input, place) =>
      "dims" in input ? [makeValue(names[place]!, ElementType.float32, input.dims)] : [],
    ),
    outputs: results.map(makeUntypedValue),
  });
  const opsets = [{ domain: "", version: opset, rest: [] }];
  return { irVersion: 8, opsets, graph, source: new Uint8Array(0), rest: [] };
}

function feedsOf(inputs: readonly RowInput[]) {
  return Object.fromEntries(
    inputs.flatMap((input, place) => {
      if ("integers" in input) return [];
      const length = input.dims.reduce((product, size) => product * size, 1);
      const wave = (_: unknown, i: number) => 1.3 * Math.sin(2.7 * i * i + place + 0.4);
      return [[`x${place}`, { dims: input.dims, data: Float32Array.from({ length }, wave) }] as const];
    }),
  );
}

async function expectSame(model: OnnxModel, feeds: ReturnType<typeof feedsOf>): Promise<void> {
  const single = Object.entries(feeds).map(
    ([name, { dims, data }]) => [name, { shape: dims, data }] as const,
  );
  const expected = await runModel(writeOnnx(model).bytes, Object.fromEntries(single));
  const outputs = Object.keys(expected);
  const actual = evaluate(model, feeds, outputs);
  for (const name of outputs) {
    expect(actual[name]!.dims).toEqual(expected[name]!.shape);
    expect(relativeError(actual[name]!.data, expected[name]!.data)).toBeLessThan(2e-6);
  }
}

describe("one operator as onnxruntime computes it", () => {
  test.each(rows.map((row) => [row[0], JSON.stringify(row.slice(1)), row] as const))("%s %s", (_, __, row) =>
    expectSame(modelOf(row, 1), feedsOf(row[1])),
  );

  test("Split into parts of their own sizes", () =>
    expectSame(modelOf(["Split", [real(2, 6), integers(1, 3, 2)], { axis: 1 }], 3), feedsOf([real(2, 6)])));

  test("statistics of LayerNormalization", () => {
    const row: Row = ["LayerNormalization", [real(2, 3, 4), real(4), real(4)]];
    return expectSame(modelOf(row, 3), feedsOf(row[1]));
  });

  test("comparisons, conditions, whole numbers, batch statistics", () => {
    const graph = makeGraph({
      nodes: [
        makeNode("Greater", ["x0", "x1"], ["isGreater"]),
        makeNode("Less", ["x0", "limit"], ["isLess"]),
        makeNode("Or", ["isGreater", "isLess"], ["either"]),
        makeNode("Not", ["either"], ["neither"]),
        makeNode("Where", ["neither", "x0", "limit"], ["chosen"]),
        makeNode("Shape", ["x0"], ["shape"]),
        makeNode("Div", ["shape", "two"], ["half"]),
        makeNode("ConstantOfShape", ["half"], ["blank"], { value: makeFloatTensor("", [1], [0.25]) }),
        makeNode("Cast", ["half"], ["halfReal"], { to: ElementType.float32 }),
        makeNode("ReduceSum", ["halfReal"], ["count"], { keepdims: 1 }),
        makeNode("Mul", ["blank", "count"], ["filled"]),
        makeNode("BatchNormalization", ["x0", "scale", "limit3", "limit3", "scale"], ["standardised"]),
      ],
      initializers: [
        makeFloatTensor("limit", [], [-0.2]),
        makeFloatTensor("limit3", [3], [0.1, -0.3, 0.5]),
        makeFloatTensor("scale", [3], [0.5, 2, 1]),
        makeIntTensor("two", [1], [2]),
      ],
      inputs: [makeValue("x0", ElementType.float32, [2, 3, 5]), makeValue("x1", ElementType.float32, [3, 1])],
      outputs: ["chosen", "filled", "standardised"].map(makeUntypedValue),
    });
    const opsets = [{ domain: "", version: 20, rest: [] }];
    const model = { irVersion: 8, opsets, graph, source: new Uint8Array(0), rest: [] };
    return expectSame(model, feedsOf([real(2, 3, 5), real(3, 1)]));
  });
});

test("the error function has all digits", () => {
  // Abramowitz and Stegun, table 7.1, and Wolfram's values beyond.
  expect(erf(0.5)).toBeCloseTo(0.5204998778130465, 15);
  expect(erf(-1)).toBeCloseTo(-0.8427007929497149, 15);
  expect(erf(2.4)).toBeCloseTo(0.9993114861033549, 15);
  expect(erf(2.6)).toBeCloseTo(0.9997639655834707, 15);
  expect(erf(8)).toBe(1);
  expect(erf(0)).toBe(0);
});
