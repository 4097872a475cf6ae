// Nodes that pass their input on are skipped; nodes that only look so are not.
import { describe, expect, it } from "vitest";
import {
  compareCanonical,
  numberTensor,
  smallModel,
  waveFeeds,
  waveTensor,
} from "../../../../../tests/support/small-models.ts";
import { type AttributeInput, makeIntTensor, makeNode } from "../../build.ts";
import { ElementType, type Tensor } from "../../model.ts";
import { constantTensor } from "../constant-tensor.ts";
import { noOps } from "./skip-no-ops.ts";

interface Case {
  readonly op: string;
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly constants?: readonly Tensor[];
  readonly opset?: number;
}

const x = [2, 1, 3];
const ints = (name: string, values: readonly number[]) => makeIntTensor(name, [values.length], values);
const boolean = (name: string, values: readonly number[]) =>
  constantTensor(name, ElementType.bool, [values.length], values)!;

const skipped: readonly Case[] = [
  { op: "Cast", attributes: { to: ElementType.float32 } },
  { op: "CastLike", from: ["x", "c"], constants: [numberTensor("c", 7)] },
  { op: "Reshape", from: ["x", "c"], constants: [ints("c", [2, -1, 3])] },
  { op: "Reshape", from: ["x", "c"], constants: [ints("c", [0, 0, 0])] },
  { op: "Squeeze", from: ["x", "c"], constants: [ints("c", [])] },
  { op: "Unsqueeze", from: ["x", "c"], constants: [ints("c", [])] },
  { op: "Expand", from: ["x", "c"], constants: [ints("c", [1, 1, 3])] },
  { op: "Tile", from: ["x", "c"], constants: [ints("c", [1, 1, 1])] },
  { op: "Pad", from: ["x", "c"], constants: [ints("c", [0, 0, 0, 0, 0, 0])] },
  { op: "Slice", from: ["x", "a", "b"], constants: [ints("a", [0]), ints("b", [99])] },
  { op: "Transpose", attributes: { perm: [0, 1, 2] } },
  { op: "Dropout" },
  { op: "Dropout", opset: 10, attributes: { ratio: { float: 0.5 } } },
  {
    op: "Dropout",
    from: ["x", "r", "t"],
    constants: [numberTensor("r", 0.5), numberTensor("t", 0, ElementType.bool)],
  },
  { op: "Concat", attributes: { axis: 0 } },
  { op: "Sum" },
  { op: "Max" },
  { op: "Min" },
  { op: "Mean" },
  { op: "Split", from: ["x", "c"], constants: [ints("c", [2])] },
  { op: "ReduceMean", from: ["x", "c"], constants: [ints("c", [1])] },
  { op: "ReduceSum", from: ["x", "c"], constants: [ints("c", [1])] },
  { op: "ReduceMax", from: ["x", "c"], constants: [ints("c", [1])] },
  { op: "ReduceMin", from: ["x", "c"], constants: [ints("c", [1])] },
  { op: "Mul", from: ["c", "x"], constants: [numberTensor("c", 1)] },
  { op: "Div", from: ["x", "c"], constants: [numberTensor("c", 1)] },
  { op: "Add", from: ["x", "c"], constants: [zeros([2, 1, 3])] },
  { op: "Sub", from: ["x", "c"], constants: [numberTensor("c", 0)] },
  { op: "Pow", from: ["x", "c"], constants: [numberTensor("c", 1)] },
  { op: "Where", from: ["c", "x", "w"], constants: [boolean("c", [1]), waveTensor("w", [3])] },
  { op: "Where", from: ["c", "w", "x"], constants: [boolean("c", [0, 0, 0]), waveTensor("w", [3])] },
  { op: "LeakyRelu", attributes: { alpha: { float: 1 } } },
];

const kept: readonly Case[] = [
  { op: "Cast", attributes: { to: ElementType.float64 } },
  { op: "Pad", from: ["x", "c"], constants: [ints("c", [1, 0, 0, -1, 0, 0])] },
  {
    op: "Slice",
    from: ["x", "a", "b", "d", "s"],
    constants: [ints("a", [-1]), ints("b", [-99]), ints("d", [2]), ints("s", [-1])],
  },
  { op: "Transpose", attributes: { perm: [2, 1, 0] } },
  { op: "Transpose" },
  { op: "Reshape", from: ["x", "c"], constants: [ints("c", [3, 1, 2])] },
  { op: "ReduceMean", from: ["x", "c"], attributes: { keepdims: 0 }, constants: [ints("c", [1])] },
  { op: "Mul", from: ["x", "c"], constants: [filled([2, 2, 3], 1)] },
  { op: "Add", from: ["x", "c"], constants: [zeros([2, 2, 3])] },
  { op: "Div", from: ["c", "x"], constants: [numberTensor("c", 1)] },
  { op: "Sub", from: ["c", "x"], constants: [numberTensor("c", 0)] },
  { op: "Where", from: ["c", "x", "w"], constants: [boolean("c", [1, 0, 1]), waveTensor("w", [3])] },
  { op: "Concat", from: ["x", "x"], attributes: { axis: 1 } },
];

function modelOf({ op, from, to, attributes, constants, opset }: Case) {
  // A neighbour on each side, so that neither input nor output of the graph hinders.
  const nodes = [
    makeNode("Neg", ["picture"], ["x"]),
    makeNode(op, from ?? ["x"], to ?? ["z"], attributes),
    makeNode("Neg", ["z"], ["y"]),
  ];
  return smallModel({ nodes, constants: constants ?? [], inputs: { picture: x }, opset: opset ?? 20 });
}

describe("what passes its input on", () => {
  it.each(skipped)("$op of $from with $attributes is skipped", async (each) => {
    const { operators, difference } = await compareCanonical(modelOf(each), waveFeeds({ picture: x }));
    expect(operators).toEqual(["Neg", "Neg"]);
    expect(difference).toBe(0);
  });

  it.each(kept)("$op of $from with $attributes stays", async (each) => {
    const { operators, difference } = await compareCanonical(modelOf(each), waveFeeds({ picture: x }));
    expect(operators).toEqual(["Neg", each.op, "Neg"]);
    expect(difference).toBe(0);
  });

  it("is tried for every operator of the table", () => {
    const tried = new Set(skipped.map(({ op }) => op));
    // Flatten of a matrix needs two axes.
    expect(Object.keys(noOps).filter((op) => !tried.has(op))).toEqual(["Flatten"]);
  });

  it("includes Flatten of a matrix", async () => {
    const nodes = [
      makeNode("Neg", ["x"], ["n"]),
      makeNode("Flatten", ["n"], ["f"]),
      makeNode("Neg", ["f"], ["y"]),
    ];
    const { operators } = await compareCanonical(
      smallModel({ nodes, inputs: { x: [2, 3] } }),
      waveFeeds({ x: [2, 3] }),
    );
    expect(operators).toEqual(["Neg", "Neg"]);
  });
});

function filled(dims: readonly number[], value: number): Tensor {
  const count = dims.reduce((product, size) => product * size, 1);
  return constantTensor("c", ElementType.float32, dims, Array<number>(count).fill(value))!;
}

function zeros(dims: readonly number[]): Tensor {
  return filled(dims, 0);
}
