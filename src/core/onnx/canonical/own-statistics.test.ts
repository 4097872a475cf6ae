// Batch normalisation by the input's own statistics, which weights are standardised with, for a single row.
import { expect, it } from "vitest";
import { largestDifference, runModel } from "../../../../tests/support/ort.ts";
import {
  operatorsOf,
  smallModel,
  waveFeeds,
  waves,
  waveTensor,
} from "../../../../tests/support/small-models.ts";
import { makeIntTensor, makeNode } from "../build.ts";
import { standardOpset } from "../operator-sets.ts";
import { writeOnnx } from "../write-onnx.ts";
import { canonicalise } from "./canonicalise.ts";
import { canonicalOpset } from "./upgrades/upgrade-opset.ts";

const training = { training_mode: 1, epsilon: { float: 1e-3 } };
const normalised = (from: string) =>
  makeNode("BatchNormalization", [from, "gain", "bias", "mean", "variance"], ["y", "m", "v"], training);
const constants = [
  waveTensor("gain", [3]),
  waveTensor("bias", [3]),
  waveTensor("mean", [3]),
  waveTensor("variance", [3]),
];

/** By definition, since the web's runtime takes the running statistics in this mode too. */
function standardised(
  rows: readonly (readonly number[])[],
  gain: ArrayLike<number>,
  bias: ArrayLike<number>,
) {
  return rows.flatMap((row, channel) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    return row.map(
      (value) => ((value - mean) / Math.sqrt(variance + 1e-3)) * gain[channel]! + bias[channel]!,
    );
  });
}

it("is InstanceNormalization", async () => {
  const model = smallModel({ nodes: [normalised("x")], constants, inputs: { x: [1, 3, 8] }, opset: 17 });
  const feeds = waveFeeds({ x: [1, 3, 8] });
  const canonical = canonicalise(model, { inputShapes: new Map() });
  expect(operatorsOf(canonical)).toEqual(["InstanceNormalization"]);
  const { y } = await runModel(writeOnnx(canonical).bytes, feeds);
  const numbers = Array.from(feeds.x!.data, Number);
  const rows = [0, 8, 16].map((start) => numbers.slice(start, start + 8));
  const [gain, bias] = ["gain", "bias"].map((name) => waves(3, name.length));
  expect(largestDifference(y!.data, standardised(rows, gain!, bias!))).toBeLessThan(1e-5);
});

it("of weights leaves a graph of standard operators that can be brought up to date", () => {
  const nodes = [
    makeNode("Reshape", ["weight", "lined"], ["row"]),
    normalised("row"),
    makeNode("Reshape", ["y", "kernels"], ["standardised"]),
    makeNode("Conv", ["x", "standardised"], ["z"]),
  ];
  const lists = [makeIntTensor("lined", [3], [1, 3, -1]), makeIntTensor("kernels", [4], [3, 8, 3, 3])];
  const model = smallModel({
    ...{ nodes, opset: 14, outputs: ["z"], inputs: { x: [1, 8, 5, 5] } },
    constants: [...constants, waveTensor("weight", [3, 8, 3, 3]), ...lists],
  });
  const canonical = canonicalise(model, { inputShapes: new Map() });
  expect(operatorsOf(canonical)).toEqual(["Reshape", "InstanceNormalization", "Reshape", "Conv"]);
  expect(standardOpset(canonical)).toBe(canonicalOpset);
});

it("of several rows stays as it is, with the results that it must give", () => {
  const model = smallModel({ nodes: [normalised("x")], constants, inputs: { x: [2, 3, 8] }, opset: 17 });
  const canonical = canonicalise(model, { inputShapes: new Map() });
  expect(operatorsOf(canonical)).toEqual(["BatchNormalization"]);
  expect(canonical.graph.nodes[0]!.outputs).toHaveLength(3);
});
