// Every shape rule against the runtime: shapes, and numbers where they are small integers.
import { afterAll, describe, expect, it } from "vitest";
import { openModel } from "../../../../tests/support/ort.ts";
import {
  type AttributeInput,
  makeGraph,
  makeIntTensor,
  makeNode,
  makeUntypedValue,
  makeValue,
} from "../build.ts";
import { indexGraph } from "../graph-index.ts";
import { ElementType, type Node, type OnnxModel, type Tensor } from "../model.ts";
import { writeOnnx } from "../write-onnx.ts";
import { inferFacts } from "./infer-facts.ts";

/** A node on the input `x` (float32, of the given shape) or on lists of integers, by name of the operator. */
interface Row {
  readonly op: string;
  /** Shape of the float32 input `x`; none where the node works on integers. */
  readonly x?: readonly number[];
  /** Further inputs, or all of them: lists, or a scalar as a plain number; null leaves an input out. */
  readonly integers?: readonly (readonly number[] | number | null)[];
  /** A second float32 input `y`. */
  readonly y?: readonly number[];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly outputs?: number;
  readonly opset?: number;
}

const last = 2 ** 53 - 1;

const rows: readonly Row[] = [
  { op: "Shape", x: [2, 3, 4] },
  { op: "Shape", x: [2, 3, 4], attributes: { start: -2, end: 3 } },
  { op: "Size", x: [2, 3, 4] },
  { op: "Reshape", x: [2, 3, 4], integers: [[0, -1, 2]] },
  { op: "Reshape", x: [2, 0, 4], integers: [[0, 7]], attributes: { allowzero: 1 } },
  { op: "Transpose", x: [2, 3, 4] },
  { op: "Transpose", x: [2, 3, 4], attributes: { perm: [1, 2, 0] } },
  { op: "Flatten", x: [2, 3, 4], attributes: { axis: -1 } },
  { op: "Unsqueeze", x: [2, 3], integers: [[-1, 0]] },
  { op: "Squeeze", x: [1, 3, 1], integers: [[-1]] },
  { op: "Squeeze", x: [1, 3, 1] },
  { op: "Expand", x: [3, 1], integers: [[2, 1, 4]] },
  { op: "Tile", x: [2, 3], integers: [[2, 3]] },
  { op: "Concat", x: [2, 3], y: [2, 5], attributes: { axis: -1 } },
  { op: "Concat", integers: [[1, 2], [3]], attributes: { axis: 0 } },
  { op: "Gather", x: [4, 5], integers: [[0, 2, -1]], attributes: { axis: 1 } },
  { op: "Gather", integers: [[7, 8, 9], -1] },
  { op: "Slice", x: [6, 5], integers: [[1], [last], [1], [2]] },
  { op: "Slice", integers: [[1, 2, 3, 4], [-1], [-last], [0], [-1]] },
  { op: "Slice", integers: [[1, 2, 3, 4], [-3], [3]] },
  {
    op: "Slice",
    x: [4, 4],
    integers: [
      [3, 0],
      [0, -1],
      [0, 1],
    ],
  },
  { op: "Split", x: [6, 2], integers: [[1, 5]], outputs: 2 },
  { op: "Split", x: [7, 2], attributes: { num_outputs: 3 }, outputs: 3, opset: 18 },
  {
    op: "Split",
    integers: [
      [5, 6, 7],
      [1, 2],
    ],
    outputs: 2,
  },
  { op: "ConstantOfShape", integers: [[2, 3]] },
  { op: "ConstantOfShape", integers: [[3]], attributes: { value: makeIntTensor("", [1], [5]) } },
  { op: "Range", integers: [10, 1, -3] },
  { op: "Add", integers: [[1, 2], [10]] },
  { op: "Sub", integers: [[1, 2], 10] },
  { op: "Mul", integers: [[3], [1, 2]] },
  { op: "Div", integers: [[-7, 7], [2]] },
  { op: "Mod", integers: [[-7, 7], [3]] },
  { op: "Mod", integers: [[-7, 7], [3]], attributes: { fmod: 1 } },
  { op: "Pow", integers: [[2, 3], [2]] },
  { op: "Min", integers: [[1, 5], [3]] },
  { op: "Clip", integers: [[-3, 1, 9], 0, 5] },
  { op: "Max", integers: [[1, 5], [3]] },
  { op: "Neg", integers: [[1, -5]] },
  { op: "Abs", integers: [[1, -5]] },
  { op: "Equal", integers: [[1, 5], [5]] },
  { op: "Greater", integers: [[1, 5], [3]] },
  { op: "LessOrEqual", integers: [[1, 5], [5]] },
  { op: "Cast", integers: [[3, 4]], attributes: { to: ElementType.int32 } },
  { op: "Cast", integers: [[0, 4]], attributes: { to: ElementType.bool } },
  { op: "Add", x: [3, 1, 5], y: [4, 1] },
  { op: "MatMul", x: [2, 1, 3, 4], y: [5, 4, 6] },
  { op: "MatMul", x: [4], y: [4, 6] },
  { op: "MatMul", x: [3, 4], y: [4] },
  { op: "Gemm", x: [4, 3], y: [6, 4], attributes: { transA: 1, transB: 1 } },
  { op: "Einsum", x: [2, 3, 4, 5], y: [2, 3, 6, 5], attributes: { equation: "bhid, bhjd -> bhij" } },
  { op: "ReduceMean", x: [2, 3, 4], attributes: { axes: [-1, 0] } },
  { op: "ReduceMean", x: [2, 3, 4], attributes: { keepdims: 0 } },
  { op: "ReduceSum", x: [2, 3, 4], integers: [[1]], attributes: { keepdims: 0 } },
  { op: "ReduceSum", x: [2, 3], attributes: { noop_with_empty_axes: 1 } },
  { op: "ReduceSum", integers: [[2, 3, 4]] },
  { op: "ReduceProd", integers: [[2, 3, 4]], attributes: { keepdims: 0 } },
  { op: "ReduceMax", integers: [[2, 7, 4]], attributes: { axes: [0], keepdims: 0 } },
  { op: "ReduceMin", integers: [[3, 2, 4]], attributes: { axes: [-1] } },
  { op: "ArgMax", x: [2, 3, 4], attributes: { axis: 1, keepdims: 0 } },
  { op: "TopK", x: [2, 9], integers: [[4]], outputs: 2 },
  { op: "Conv", x: [1, 3, 11, 9], y: [4, 3, 3, 3], attributes: { strides: [2, 2], pads: [1, 0, 1, 2] } },
  { op: "Conv", x: [1, 3, 11, 9], y: [4, 3, 3, 2], attributes: { dilations: [2, 3] } },
  { op: "Conv", x: [1, 3, 11, 9], y: [4, 3, 3, 3], attributes: { auto_pad: "SAME_UPPER", strides: [2, 2] } },
  { op: "Conv", x: [1, 3, 11, 9], y: [4, 3, 3, 3], attributes: { auto_pad: "VALID", strides: [2, 2] } },
  { op: "MaxPool", x: [1, 3, 8, 9], attributes: { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 } },
  {
    op: "MaxPool",
    x: [1, 1, 5, 6],
    attributes: { kernel_shape: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1 },
  },
  {
    op: "AveragePool",
    x: [1, 1, 4, 7],
    attributes: { kernel_shape: [1, 2], strides: [3, 3], pads: [0, 1, 0, 1], ceil_mode: 1 },
  },
  { op: "AveragePool", x: [1, 3, 8, 9], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
  { op: "GlobalAveragePool", x: [1, 3, 8, 9] },
  { op: "Pad", x: [2, 5], integers: [[0, -1, 3, 2]] },
  { op: "Pad", x: [2, 5], integers: [[1, 2], null, [-1]], opset: 18 },
  { op: "Resize", x: [1, 2, 4, 4], integers: [null, null, [1, 2, 7, 9]] },
  { op: "Resize", x: [1, 2, 4, 4], integers: [null, null, [7, 9]], attributes: { axes: [2, -1] }, opset: 18 },
  { op: "SpaceToDepth", x: [1, 2, 4, 6], attributes: { blocksize: 2 } },
  {
    ...{ op: "Col2Im", x: [1, 12, 9], opset: 18 },
    integers: [
      [4, 4],
      [2, 2],
    ],
  },
  { op: "CumSum", x: [2, 3], integers: [1] },
  { op: "Trilu", x: [3, 3] },
  { op: "Softmax", x: [2, 3] },
  { op: "LayerNormalization", x: [2, 3, 4], y: [4] },
  { op: "IsNaN", x: [2, 3] },
];

function graphOf(row: Row): { readonly model: OnnxModel; readonly node: Node } {
  const integers = (row.integers ?? []).map((value, index): Tensor | null => {
    if (value === null) return null;
    return typeof value === "number"
      ? makeIntTensor(`i${index}`, [], [value])
      : makeIntTensor(`i${index}`, [value.length], value);
  });
  const floats = [row.x && "x", row.y && "y"].filter((name) => name !== undefined);
  const inputs = [...floats, ...integers.map((tensor) => tensor?.name ?? "")];
  const outputs = Array.from({ length: row.outputs ?? 1 }, (_, index) => `out${index}`);
  const node = makeNode(row.op, inputs, outputs, row.attributes);
  const graph = makeGraph({
    nodes: [node],
    initializers: integers.filter((tensor) => tensor !== null),
    inputs: floats.map((name) => makeValue(name, ElementType.float32, row[name as "x"]!)),
    outputs: outputs.map(makeUntypedValue),
  });
  const opsets = [{ domain: "", version: row.opset ?? 17, rest: [] }];
  return { model: { irVersion: 8, opsets, graph, source: new Uint8Array(0), rest: [] }, node };
}

describe("inferFacts", () => {
  const tested = new Set<string>();
  afterAll(() => expect(tested.size).toBeGreaterThan(40));

  it.each(rows.map((row) => [JSON.stringify(row), row] as const))("%s", async (_, row) => {
    tested.add(row.op);
    const { model, node } = graphOf(row);
    const told = inferFacts(model, indexGraph(model.graph), new Map());
    const runner = await openModel(writeOnnx(model).bytes, [], { graphOptimizationLevel: "disabled" });
    const feeds = Object.fromEntries(
      model.graph.inputs.map(({ name }) => {
        const shape = row[name as "x" | "y"]!;
        const count = shape.reduce((product, size) => product * size, 1);
        return [name, { data: Float32Array.from({ length: count }, (__, index) => index), shape }];
      }),
    );
    const outputs = await runner.run(feeds);
    await runner.release();
    for (const name of node.outputs) {
      expect(told.get(name)!.shape, name).toEqual(outputs[name]!.shape);
      // Integers in, integers out: these must be computed, for exporters compute sizes so.
      const isComputed = row.x === undefined || row.op === "Shape" || row.op === "Size";
      const isFloat = row.op === "ConstantOfShape" && row.attributes === undefined;
      if (isComputed && !isFloat) expect(told.get(name)!.values).toEqual(Array.from(outputs[name]!.data));
    }
  });

  it("leaves open what depends on open sizes, and fills it in where arithmetic allows", () => {
    const graph = makeGraph({
      nodes: [
        makeNode("Reshape", ["x", "target"], ["reshaped"]),
        makeNode("Add", ["reshaped", "positions"], ["placed"]),
        makeNode("Shape", ["placed"], ["shape"]),
        makeNode("Unknown", ["x"], ["other"]),
      ],
      initializers: [makeIntTensor("target", [3], [0, -1, 8])],
      inputs: [
        makeValue("x", ElementType.float32, [1, "height", 8]),
        makeValue("positions", ElementType.float32, [1, 5, 8]),
      ],
    });
    const model: OnnxModel = { ...graphOf({ op: "Identity", x: [1] }).model, graph };
    const told = inferFacts(model, indexGraph(graph), new Map());
    expect(told.get("reshaped")!.shape).toEqual([1, null, 8]);
    expect(told.get("placed")!.shape).toEqual([1, 5, 8]);
    expect(told.get("shape")!.values).toEqual([1, 5, 8]);
    expect(told.get("other")!.shape).toBeNull();
  });
});
