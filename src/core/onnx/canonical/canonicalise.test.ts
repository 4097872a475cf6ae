// Sizes fixed, size arithmetic and detours gone, names and weights kept.
import { describe, expect, it } from "vitest";
import {
  compareCanonical,
  numberTensor,
  operatorsOf,
  smallModel,
  waveFeeds,
  waveTensor,
} from "../../../../tests/support/small-models.ts";
import { makeIntTensor, makeNode, makeValue } from "../build.ts";
import { indexGraph } from "../graph-index.ts";
import { ElementType, type Node, type OnnxModel, type Tensor } from "../model.ts";
import { canonicalise } from "./canonicalise.ts";
import { constantTensor } from "./constant-tensor.ts";
import { constantValues } from "./constant-values.ts";

const longest = 9223372036854775807n;

/** What exporters write to repeat a class token for each picture of a batch. */
const repeatToken: readonly Node[] = [
  makeNode("Shape", ["x"], ["sizes"]),
  makeNode("Gather", ["sizes", "first"], ["batch"], { axis: 0 }),
  makeNode("Unsqueeze", ["batch", "firstAxis"], ["batchList"]),
  makeNode("Concat", ["batchList", "minusOnes"], ["wanted"], { axis: 0 }),
  makeNode("ConstantOfShape", ["three"], ["ones"], { value: makeIntTensor("", [1], [1]) }),
  makeNode("Mul", ["ones", "minusOne"], ["negative"]),
  makeNode("Equal", ["wanted", "negative"], ["isOpen"]),
  makeNode("Where", ["isOpen", "ones", "wanted"], ["target"]),
  makeNode("Expand", ["token", "target"], ["tokens"]),
  makeNode("Concat", ["tokens", "x"], ["y"], { axis: 1 }),
];

const lists: readonly Tensor[] = [
  makeIntTensor("first", [], [0]),
  makeIntTensor("firstAxis", [1], [0]),
  makeIntTensor("minusOnes", [2], [-1, -1]),
  makeIntTensor("minusOne", [], [-1]),
  makeIntTensor("three", [1], [3]),
  waveTensor("token", [1, 1, 4]),
];

describe("sizes", () => {
  const model = smallModel({ nodes: repeatToken, constants: lists, inputs: { x: ["batch", 3, 4] } });

  it("fold once the batch is fixed", async () => {
    const { operators, difference } = await compareCanonical(model, waveFeeds({ x: [1, 3, 4] }));
    expect(operators).toEqual(["Concat"]);
    expect(difference).toBe(0);
  });

  it("stay open where nobody fixes them", () => {
    expect(operatorsOf(canonicalise(model, { inputShapes: new Map() }))).toContain("Expand");
  });

  it("of the same name are fixed everywhere, others stay", () => {
    const graph = {
      ...model.graph,
      inputs: [
        makeValue("x", ElementType.float32, ["batch", 3, 4]),
        makeValue("mask", ElementType.float32, ["batch", "length"]),
      ],
      outputs: [makeValue("y", ElementType.float32, ["batch", 4, 4])],
    };
    const fixed = canonicalise({ ...model, graph }, { inputShapes: new Map([["x", [1, 3, 4]]]) }).graph;
    expect(sizesOf(fixed.inputs)).toEqual([
      [1, 3, 4],
      [1, "length"],
    ]);
    expect(sizesOf(fixed.outputs)).toEqual([[1, 4, 4]]);
  });

  it("that the file fixes stay as they are", () => {
    const fixed = smallModel({ nodes: [makeNode("Relu", ["x"], ["y"])], inputs: { x: [2, 3] } });
    const { inputs } = canonicalise(fixed, { inputShapes: new Map([["x", [1, 3]]]) }).graph;
    expect(sizesOf(inputs)).toEqual([[2, 3]]);
  });

  it("of constants that older files list as inputs are no inputs", () => {
    const listed = smallModel({
      nodes: [makeNode("Add", ["x", "w"], ["y"])],
      constants: [waveTensor("w", [4])],
      inputs: { x: [2, 4], w: [4] },
    });
    const { inputs } = canonicalise(listed, { inputShapes: new Map() }).graph;
    expect(inputs.map(({ name }) => name)).toEqual(["x"]);
  });
});

describe("constants", () => {
  it("computed from numbers fold with the rounding of the runtime", async () => {
    const nodes = [
      makeNode("Shape", ["x"], ["sizes"]),
      makeNode("Slice", ["sizes", "last", "end"], ["width"]),
      makeNode("Cast", ["width"], ["widthFloat"], { to: ElementType.float32 }),
      makeNode("Sqrt", ["widthFloat"], ["root"]),
      makeNode("Div", ["one", "root"], ["scale"]),
      makeNode("Cast", ["scale"], ["scaleAgain"], { to: ElementType.float32 }),
      makeNode("Sqrt", ["scaleAgain"], ["side"]),
      makeNode("Mul", ["x", "side"], ["y"]),
    ];
    const constants = [
      makeIntTensor("last", [1], [-1]),
      constantTensor("end", ElementType.int64, [1], [Number(longest)])!,
      numberTensor("one", 1),
    ];
    const model = smallModel({ nodes, constants, inputs: { x: [2, 7] } });
    const { operators, difference } = await compareCanonical(model, waveFeeds({ x: [2, 7] }));
    expect(operators).toEqual(["Mul"]);
    expect(difference).toBe(0);
  });

  it("of nodes become initializers that are views of the same bytes", () => {
    const weight = waveTensor("", [4, 4]);
    const nodes = [makeNode("Constant", [], ["w"], { value: weight }), makeNode("MatMul", ["x", "w"], ["y"])];
    const { graph } = canonicalise(smallModel({ nodes }), { inputShapes: new Map() });
    expect(graph.nodes).toHaveLength(1);
    expect(graph.initializers).toEqual([{ ...weight, name: "w" }]);
    expect(graph.initializers[0]!.data).toBe(weight.data);
  });

  it.each([
    ["value_int", { kind: "int", value: -3n }, [], -3],
    ["value_ints", { kind: "ints", value: [4n, 5n] }, [2], 4],
    ["value_float", { kind: "float", value: 0.5 }, [], 0.5],
    ["value_floats", { kind: "floats", value: [0.25, 2] }, [2], 0.25],
  ] as const)("written as %s", async (name, value, dims, first) => {
    const constant = { ...makeNode("Constant", [], ["c"]), attributes: [{ ...value, name, rest: [] }] };
    const nodes = [constant, makeNode("Cast", ["c"], ["f"], { to: 1 }), makeNode("Mul", ["x", "f"], ["y"])];
    const { model, operators, difference } = await compareCanonical(
      smallModel({ nodes, inputs: { x: [3, 2] } }),
      waveFeeds({ x: [3, 2] }),
    );
    expect(operators).toEqual(["Mul"]);
    expect(difference).toBe(0);
    const [tensor] = model.graph.initializers;
    expect(tensor!.dims).toEqual(dims);
    expect(
      new DataView((tensor!.data as { bytes: Uint8Array<ArrayBuffer> }).bytes.buffer).getFloat32(0, true),
    ).toBe(first);
  });

  it("keep the ends of int64", async () => {
    const nodes = [
      makeNode("Unsqueeze", ["far", "axis"], ["ends"]),
      makeNode("Slice", ["x", "starts", "ends", "axes"], ["y"]),
    ];
    const far = { ...makeIntTensor("far", [], [0]), data: { kind: "raw", bytes: bytesOf(longest) } } as const;
    const constants = [
      far,
      makeIntTensor("axis", [1], [0]),
      makeIntTensor("starts", [1], [1]),
      makeIntTensor("axes", [1], [1]),
    ];
    const { operators, difference } = await compareCanonical(
      smallModel({ nodes, constants, inputs: { x: [2, 5] } }),
      waveFeeds({ x: [2, 5] }),
    );
    expect(operators).toEqual(["Slice"]);
    expect(difference).toBe(0);
  });

  it("too large to fold stay as nodes that are known to be constant", () => {
    const nodes = [
      makeNode("Transpose", ["w"], ["turned"], { perm: [1, 0] }),
      makeNode("MatMul", ["x", "turned"], ["y"]),
    ];
    const model = smallModel({ nodes, constants: [waveTensor("w", [20, 30])], inputs: { x: [2, 30] } });
    const { graph } = canonicalise(model, { inputShapes: new Map() });
    const constant = constantValues(indexGraph(graph));
    expect(["w", "turned", "y", "x"].map((name) => constant.has(name))).toEqual([true, true, false, false]);
  });
});

function sizesOf(values: OnnxModel["graph"]["inputs"]) {
  return values.map(({ type }) =>
    type?.kind === "tensor" ? type.shape?.map(({ size }) => size) : undefined,
  );
}

function bytesOf(value: bigint): Uint8Array {
  return new Uint8Array(BigInt64Array.of(value).buffer);
}
