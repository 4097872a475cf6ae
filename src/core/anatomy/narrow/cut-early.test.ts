// Less work, the same numbers: small graphs run before and after, and what is left of their sizes.
import { describe, expect, it } from "vitest";
import { largestDifference, runModel } from "../../../../tests/support/ort.ts";
import {
  type SmallModel,
  smallModel,
  waveFeeds,
  waveTensor,
} from "../../../../tests/support/small-models.ts";
import { makeIntTensor, makeNode } from "../../onnx/build.ts";
import { indexGraph } from "../../onnx/graph-index.ts";
import { inferFacts } from "../../onnx/shapes/infer-facts.ts";
import { writeOnnx } from "../../onnx/write-onnx.ts";
import { cutEarly } from "./cut-early.ts";

/** Nine tokens of width 4. */
const tokens = { x: [1, 9, 4] };
const first = makeIntTensor("first", [], [0]);

/** Runs a graph as it is and cut, and tells the shape of the first result of every operator that is left. */
async function compare(parts: SmallModel & { readonly inputs: Readonly<Record<string, readonly number[]>> }) {
  const model = smallModel(parts);
  const shapes = new Map(Object.entries(parts.inputs));
  const wanted = parts.outputs ?? ["y"];
  const cut = cutEarly(model, wanted, shapes);
  const feeds = waveFeeds(parts.inputs);
  const before = await runModel(writeOnnx(model).bytes, feeds, { outputs: wanted });
  const after = await runModel(writeOnnx(cut).bytes, feeds, { outputs: wanted });
  for (const name of wanted) {
    expect(after[name]!.shape).toEqual(before[name]!.shape);
    expect(largestDifference(after[name]!.data, before[name]!.data)).toBeLessThan(1e-6);
  }
  const facts = inferFacts(cut, indexGraph(cut.graph), shapes);
  const sizes = cut.graph.nodes.map(
    ({ opType, outputs }) => `${opType} ${facts.get(outputs[0]!)?.shape?.join("x")}`,
  );
  return { cut, sizes };
}

const mlp = [
  makeNode("LayerNormalization", ["x", "scale"], ["norm"]),
  makeNode("MatMul", ["norm", "up"], ["wide"]),
  makeNode("Add", ["bias", "wide"], ["biased"]),
  makeNode("Gelu", ["biased"], ["active"]),
  makeNode("MatMul", ["active", "down"], ["narrow"]),
  makeNode("Add", ["narrow", "x"], ["sum"]),
];
const weights = [
  waveTensor("scale", [4]),
  waveTensor("up", [4, 6]),
  waveTensor("bias", [6]),
  waveTensor("down", [6, 4]),
];

describe("cutEarly", () => {
  it("computes one row where the head reads one token, through norm, products, bias and residual path", async () => {
    const { sizes } = await compare({
      inputs: tokens,
      nodes: [...mlp, makeNode("Gather", ["sum", "first"], ["y"], { axis: 1 })],
      constants: [...weights, first],
    });
    expect(sizes).toEqual([
      "Slice 1x1x4",
      "LayerNormalization 1x1x4",
      "MatMul 1x1x6",
      "Add 1x1x6",
      "Gelu 1x1x6",
      "MatMul 1x1x4",
      "Add 1x1x4",
      "Gather 1x4",
    ]);
  });

  it("computes the stretch around two tokens that are read apart, one of them from the end of it", async () => {
    const { sizes } = await compare({
      inputs: tokens,
      nodes: [
        ...mlp,
        makeNode("Gather", ["sum", "second"], ["a"], { axis: 1 }),
        makeNode("Gather", ["sum", "last"], ["b"], { axis: 1 }),
        makeNode("Concat", ["a", "b"], ["y"], { axis: 1 }),
      ],
      constants: [...weights, makeIntTensor("second", [1], [2]), makeIntTensor("last", [2], [4, -6])],
    });
    expect(sizes).toContain("Gelu 1x3x6");
    expect(sizes.at(-1)).toBe("Concat 1x3x4");
  });

  it("follows rows through heads: rows of attention are cut, its columns and the values are not", async () => {
    const { sizes } = await compare({
      inputs: { x: [1, 8, 4], attention: [1, 2, 8, 8] },
      nodes: [
        makeNode("Reshape", ["x", "apart"], ["split"]),
        makeNode("Transpose", ["split"], ["values"], { perm: [0, 2, 1, 3] }),
        makeNode("MatMul", ["attention", "values"], ["heads"]),
        makeNode("Transpose", ["heads"], ["back"], { perm: [0, 2, 1, 3] }),
        makeNode("Reshape", ["back", "joined"], ["z"]),
        makeNode("MatMul", ["z", "weight"], ["out"]),
        makeNode("Gather", ["out", "first"], ["y"], { axis: 1 }),
      ],
      constants: [
        first,
        waveTensor("weight", [4, 4]),
        makeIntTensor("apart", [4], [1, 8, 2, 2]),
        makeIntTensor("joined", [3], [1, 8, 4]),
      ],
    });
    expect(sizes).toEqual([
      "Reshape 1x8x2x2",
      "Transpose 1x2x8x2",
      "Slice 1x2x1x8",
      "MatMul 1x2x1x2",
      "Transpose 1x1x2x2",
      "Reshape 1x1x4",
      "MatMul 1x1x4",
      "Gather 1x4",
    ]);
  });

  it("leaves whole what is an output, what others read whole, and what mixes positions", async () => {
    const { sizes } = await compare({
      inputs: tokens,
      outputs: ["y", "shown"],
      nodes: [
        makeNode("Relu", ["x"], ["mixed"]),
        makeNode("Softmax", ["mixed"], ["shares"], { axis: 1 }),
        makeNode("Sigmoid", ["shares"], ["shown"]),
        makeNode("Tanh", ["shown"], ["last"]),
        makeNode("Gather", ["last", "first"], ["y"], { axis: 1 }),
      ],
      constants: [first],
    });
    expect(sizes).toEqual([
      "Relu 1x9x4",
      "Softmax 1x9x4",
      "Sigmoid 1x9x4",
      "Slice 1x1x4",
      "Tanh 1x1x4",
      "Gather 1x4",
    ]);
  });

  it("drops outputs that nobody wants, and what they alone needed", async () => {
    const model = smallModel({
      inputs: tokens,
      outputs: ["sum", "y"],
      nodes: [...mlp, makeNode("Gather", ["sum", "first"], ["y"], { axis: 1 })],
      constants: [...weights, first],
    });
    const cut = cutEarly(model, ["y"], new Map(Object.entries(tokens)));
    expect(cut.graph.outputs.map(({ name }) => name)).toEqual(["y"]);
    expect(cut.graph.nodes[0]!.opType).toBe("Slice");
  });

  it("leaves alone what is read by more than half, and sizes that only a run tells", async () => {
    const nodes = [makeNode("Relu", ["x"], ["r"]), makeNode("Gather", ["r", "many"], ["y"], { axis: 1 })];
    const most = makeIntTensor("many", [2], [0, 7]);
    const whole = await compare({ inputs: tokens, nodes, constants: [most] });
    expect(whole.sizes).toEqual(["Relu 1x9x4", "Gather 1x2x4"]);
    const open = smallModel({
      inputs: { x: [1, "tokens", 4] },
      nodes,
      constants: [makeIntTensor("many", [1], [0])],
    });
    expect(cutEarly(open, ["y"], new Map()).graph.nodes).toEqual(open.graph.nodes);
  });
});
