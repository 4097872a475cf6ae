// Operators as older files write them give the same numbers after the upgrade.
import { describe, expect, it } from "vitest";
import {
  compareCanonical,
  numberTensor,
  operatorsOf,
  smallModel,
  waveFeeds,
  waveTensor,
} from "../../../../../tests/support/small-models.ts";
import { type AttributeInput, makeGraph, makeIntTensor, makeNode, makeUntypedValue } from "../../build.ts";
import { ElementType, type Tensor } from "../../model.ts";
import { constantTensor } from "../constant-tensor.ts";
import { canonicalOpset, upgradeOpset } from "./upgrade-opset.ts";

interface Case {
  readonly opset: number;
  readonly op: string;
  readonly x: readonly number[];
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly constants?: readonly Tensor[];
}

const floats = (name: string, values: readonly number[]) =>
  constantTensor(name, ElementType.float32, [values.length], values)!;
const reductions = "Max Mean Min Prod Sum SumSquare L1 L2 LogSumExp".split(" ");
const positive = waveTensor("variance", [3]);

const cases: readonly Case[] = [
  ...reductions.flatMap((name): readonly Case[] => [
    { opset: 11, op: `Reduce${name}`, x: [2, 3, 4], attributes: { axes: [1, -1], keepdims: 0 } },
    { opset: 12, op: `Reduce${name}`, x: [2, 3, 4] },
  ]),
  { opset: 13, op: "ReduceMean", x: [2, 3, 4], attributes: { axes: [2] } },
  { opset: 17, op: "ReduceMax", x: [2, 3, 4], attributes: { axes: [0] } },
  { opset: 11, op: "Squeeze", x: [1, 3, 1], attributes: { axes: [0, -1] } },
  { opset: 12, op: "Squeeze", x: [1, 3, 1] },
  { opset: 11, op: "Unsqueeze", x: [2, 3], attributes: { axes: [0, 2] } },
  { opset: 11, op: "Split", x: [2, 5], to: ["y", "z"], attributes: { axis: 1, split: [2, 3] } },
  { opset: 11, op: "Split", x: [2, 6], to: ["y", "z", "u"], attributes: { axis: -1 } },
  { opset: 13, op: "Split", x: [4, 5], to: ["y", "z"] },
  {
    opset: 13,
    op: "Split",
    x: [5],
    from: ["x", "s"],
    to: ["y", "z"],
    constants: [makeIntTensor("s", [2], [1, 4])],
  },
  { opset: 10, op: "Clip", x: [2, 9], attributes: { min: { float: -0.5 }, max: { float: 0.75 } } },
  { opset: 9, op: "Clip", x: [2, 9], attributes: { max: { float: 0.25 } } },
  { opset: 8, op: "Clip", x: [2, 9], attributes: { min: { float: 0.1 } } },
  { opset: 10, op: "Dropout", x: [2, 9], attributes: { ratio: { float: 0.3 } } },
  { opset: 12, op: "Dropout", x: [2, 9], from: ["x", "r"], constants: [numberTensor("r", 0.3)] },
  { opset: 10, op: "Pad", x: [2, 3], attributes: { pads: [0, 1, 2, 0], value: { float: 0.5 } } },
  { opset: 9, op: "Pad", x: [2, 3], attributes: { pads: [1, 1, 0, 1], mode: "reflect" } },
  { opset: 9, op: "Slice", x: [4, 5], attributes: { starts: [1, 0], ends: [3, 1000], axes: [0, 1] } },
  { opset: 9, op: "Slice", x: [4, 5], attributes: { starts: [1], ends: [-1] } },
  { opset: 9, op: "TopK", x: [2, 7], to: ["y", "z"], attributes: { k: 3 } },
  { opset: 11, op: "Softmax", x: [2, 3, 4] },
  { opset: 11, op: "Softmax", x: [2, 3, 4], attributes: { axis: 2 } },
  { opset: 11, op: "Softmax", x: [2, 3, 4], attributes: { axis: -1 } },
  { opset: 11, op: "Softmax", x: [2, 5, 1, 1] },
  { opset: 9, op: "LogSoftmax", x: [2, 3, 4], attributes: { axis: 1 } },
  { opset: 12, op: "Hardmax", x: [2, 3, 4], attributes: { axis: 0 } },
  { opset: 7, op: "Upsample", x: [1, 2, 3, 3], attributes: { mode: "nearest" } },
  {
    opset: 9,
    op: "Upsample",
    x: [1, 2, 3, 3],
    from: ["x", "f"],
    attributes: { mode: "linear" },
    constants: [floats("f", [1, 1, 2, 2.5])],
  },
  {
    opset: 10,
    op: "Resize",
    x: [1, 2, 4, 4],
    from: ["x", "f"],
    attributes: { mode: "nearest" },
    constants: [floats("f", [1, 1, 0.6, 0.5])],
  },
  {
    opset: 10,
    op: "Resize",
    x: [1, 2, 4, 4],
    from: ["x", "f"],
    attributes: { mode: "linear" },
    constants: [floats("f", [1, 1, 1.5, 2])],
  },
  {
    opset: 11,
    op: "Resize",
    x: [1, 2, 4, 4],
    from: ["x", "roi", "f"],
    attributes: { mode: "linear", coordinate_transformation_mode: "align_corners" },
    constants: [floats("roi", []), floats("f", [1, 1, 1.5, 2])],
  },
  {
    opset: 8,
    op: "BatchNormalization",
    x: [2, 3, 4],
    from: ["x", "a", "b", "c", "variance"],
    attributes: { spatial: 1 },
    constants: [
      waveTensor("a", [3]),
      waveTensor("b", [3]),
      waveTensor("c", [3], 7),
      { ...positive, ...floats("variance", [0.5, 1.5, 2.5]) },
    ],
  },
  {
    opset: 9,
    op: "Gemm",
    x: [2, 3],
    from: ["x", "w", "b"],
    constants: [waveTensor("w", [3, 4]), waveTensor("b", [4])],
  },
  { opset: 9, op: "MaxPool", x: [1, 2, 6, 6], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
  { opset: 9, op: "AveragePool", x: [1, 2, 6, 6], attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] } },
  { opset: 9, op: "Flatten", x: [2, 3, 4], attributes: { axis: 2 } },
  {
    opset: 16,
    op: "GridSample",
    x: [1, 2, 4, 4],
    from: ["x", "g"],
    attributes: { mode: "bicubic" },
    constants: [waveTensor("g", [1, 3, 3, 2])],
  },
  {
    opset: 16,
    op: "GridSample",
    x: [1, 2, 4, 4],
    from: ["x", "g"],
    constants: [waveTensor("g", [1, 3, 3, 2])],
  },
];

describe("operators of older sets", () => {
  it.each(cases)(
    "$opset: $op of $x with $attributes",
    async ({ opset, op, x, from, to, attributes, constants }) => {
      const scales = op === "Upsample" && opset === 7 ? [floatsAttribute("scales", [1, 1, 2, 3])] : [];
      const node = makeNode(op, from ?? ["x"], to ?? ["y"], attributes);
      const whole = { ...node, attributes: [...node.attributes, ...scales] };
      const parts = {
        nodes: [whole],
        constants: constants ?? [],
        inputs: { x },
        outputs: to ?? ["y"],
        opset,
      };
      const { model, difference } = await compareCanonical(smallModel(parts), waveFeeds({ x }));
      expect(model.opsets[0]!.version).toBe(canonicalOpset);
      expect(difference).toBeLessThan(1e-6);
    },
  );

  it("Scatter is ScatterElements today", async () => {
    const nodes = [makeNode("Scatter", ["x", "places", "new"], ["y"], { axis: 1 })];
    const constants = [makeIntTensor("places", [2, 1], [1, 0]), waveTensor("new", [2, 1])];
    const model = smallModel({ nodes, constants, inputs: { x: [2, 3] }, opset: 9 });
    const { operators, difference } = await compareCanonical(model, waveFeeds({ x: [2, 3] }));
    expect(operators).toEqual(["ScatterElements"]);
    expect(difference).toBe(0);
  });

  it("a softmax of unknown rank keeps its old meaning", () => {
    const model = smallModel({ nodes: [makeNode("Softmax", ["x"], ["y"])], opset: 11 });
    const untyped = { ...model, graph: { ...model.graph, inputs: [makeUntypedValue("x")] } };
    const { graph } = upgradeOpset(untyped);
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(["Flatten", "Softmax", "Shape", "Reshape"]);
  });
});

describe("what has no equal in the canonical set keeps its own", () => {
  it.each<[string, number, ReturnType<typeof makeNode>]>([
    [
      "statistics per element",
      8,
      makeNode("BatchNormalization", ["x", "a", "a", "a", "a"], ["y"], { spatial: 0 }),
    ],
    [
      "batch statistics",
      14,
      makeNode("BatchNormalization", ["x", "a", "a", "a", "a"], ["y"], { training_mode: 1 }),
    ],
    ["a graph inside", 17, makeNode("Identity", ["x"], ["y"])],
  ])("%s", (what, opset, node) => {
    const branch = { name: "then", kind: "graph", value: makeGraph({}), rest: [] } as const;
    const held = what === "a graph inside" ? { ...node, opType: "If", attributes: [branch] } : node;
    const model = smallModel({ nodes: [held], constants: [waveTensor("a", [3])], opset });
    expect(upgradeOpset(model)).toBe(model);
    expect(operatorsOf(model)).toEqual([held.opType]);
  });
});

function floatsAttribute(name: string, value: readonly number[]) {
  return { name, kind: "floats", value, rest: [] } as const;
}
