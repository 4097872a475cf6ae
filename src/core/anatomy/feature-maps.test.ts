// Feature maps found in small networks: which one Grad-CAM is taken on, and where none can be told.
import { describe, expect, it } from "vitest";
import { isXaiError } from "../errors.ts";
import {
  makeFloatTensor,
  makeGraph,
  makeIntTensor,
  makeNode,
  makeUntypedValue,
  makeValue,
} from "../onnx/build.ts";
import { ElementType, type Node, type OnnxModel } from "../onnx/model.ts";
import { dissectClassifier } from "./dissect-classifier.ts";
import { dissectConvolutional } from "./dissect-convolutional.ts";

/** Pictures of 16 x 16; `stem` is `[1,4,8,8]`, and the nodes given lead from it to `scores`. */
function network(nodes: readonly Node[], declared: readonly (number | string)[] = [1, 3, 16, 16]): OnnxModel {
  const float = (name: string, ...dims: readonly number[]) =>
    makeFloatTensor(name, dims, Array<number>(dims.reduce((a, b) => a * b, 1)).fill(0.1));
  const graph = makeGraph({
    nodes: [conv("picture", "stem", 2, "wStem"), ...nodes],
    initializers: [
      float("wStem", 4, 3, 3, 3),
      float("w", 4, 4, 3, 3),
      float("w1", 4, 4, 1, 1),
      float("head", 4, 5),
      float("wide", 36, 5),
      float("square", 4, 4),
      float("channel", 4, 1, 1),
      float("gain", 4),
      float("classes", 5, 4, 1, 1),
      float("class token", 1, 1, 4),
      float("mixer", 65, 65),
      makeIntTensor("first", [], [0]),
      makeFloatTensor("two", [], [2]),
      makeIntTensor("groups", [3], [0, 2, -1]),
      makeIntTensor("shape", [4], [1, 4, 8, 8]),
      makeIntTensor("lined", [3], [1, 4, 64]),
      makeIntTensor("turned", [3], [1, 32, 8]),
      makeIntTensor("windows", [3], [4, 16, 4]),
      makeIntTensor("cut", [6], [1, 4, 2, 4, 2, 4]),
      makeIntTensor("spread", [6], [1, 2, 2, 4, 4, 4]),
    ],
    inputs: [makeValue("picture", ElementType.float32, declared)],
    outputs: [makeUntypedValue("scores")],
  });
  const opsets = [{ domain: "", version: 17, rest: [] }];
  return { irVersion: 8, opsets, graph, source: new Uint8Array(0), rest: [] };
}

function conv(from: string, to: string, stride = 1, weights = "w"): Node {
  const attributes = { strides: [stride, stride], pads: [1, 1, 1, 1] };
  return makeNode("Conv", [from, weights], [to], weights === "w1" ? {} : attributes);
}

const pooled = (from: string) => [
  makeNode("GlobalAveragePool", [from], ["pooled"]),
  makeNode("Flatten", ["pooled"], ["row"]),
  makeNode("Gemm", ["row", "head"], ["scores"]),
];

const names = (model: OnnxModel) => dissectConvolutional(model).stages.map(({ tensor }) => tensor);

describe("the feature map", () => {
  it("comes after the activation, and stages before the next stride", () => {
    const model = network([
      makeNode("Relu", ["stem"], ["relu"]),
      conv("relu", "second", 2),
      makeNode("Relu", ["second"], ["relu2"]),
      ...pooled("relu2"),
    ]);
    expect(dissectConvolutional(model)).toEqual({
      input: { name: "picture", elementType: "float32", channels: 3, size: 16 },
      otherInputs: [],
      logits: { name: "scores", classes: 5 },
      stages: [map("relu", 8), map("relu2", 4)],
      featureMap: map("relu2", 4),
    });
  });

  it("is the gated map, not the gate or a branch", () => {
    const model = network([
      makeNode("GlobalAveragePool", ["stem"], ["squeezed"]),
      conv("squeezed", "excited", 1, "w1"),
      makeNode("Sigmoid", ["excited"], ["gate"]),
      makeNode("Mul", ["stem", "gate"], ["gated"]),
      conv("gated", "branch"),
      makeNode("Add", ["gated", "branch"], ["sum"]),
      makeNode("Sigmoid", ["sum"], ["half of SiLU"]),
      makeNode("Mul", ["sum", "half of SiLU"], ["silu"]),
      ...pooled("silu"),
    ]);
    expect(names(model)).toEqual(["silu"]);
  });

  it("is what an averaging at the end averages, whole or in part; a maximum belongs to the network", () => {
    const average = makeNode("AveragePool", ["max"], ["average"], { kernel_shape: [2, 2], strides: [1, 1] });
    const model = network([
      makeNode("MaxPool", ["stem"], ["max"], { kernel_shape: [2, 2], strides: [2, 2] }),
      average,
      makeNode("Flatten", ["average"], ["row"]),
      makeNode("MatMul", ["row", "wide"], ["scores"]),
    ]);
    expect(names(model)).toEqual(["stem", "max"]);
    const line = [
      makeNode("Reshape", ["stem", "lined"], ["line"]),
      makeNode("ReduceMean", ["line"], ["row"], { axes: [2], keepdims: 0 }),
      makeNode("Gemm", ["row", "head"], ["scores"]),
    ];
    expect(names(network(line))).toEqual(["stem"]);
  });

  it("of a stage comes before the norm that the next stride brings, whole or written out", () => {
    const last = [makeNode("Transpose", ["last"], ["first"], { perm: [0, 3, 1, 2] })];
    const whole = [
      makeNode("Transpose", ["stem"], ["last in"], { perm: [0, 2, 3, 1] }),
      makeNode("LayerNormalization", ["last in", "gain"], ["last"], { axis: -1 }),
      ...last,
    ];
    const written = [
      makeNode("ReduceMean", ["stem"], ["mean"], { axes: [1], keepdims: 1 }),
      makeNode("Sub", ["stem", "mean"], ["centred"]),
      makeNode("Pow", ["centred", "two"], ["squares"]),
      makeNode("ReduceMean", ["squares"], ["variance"], { axes: [1], keepdims: 1 }),
      makeNode("Sqrt", ["variance"], ["deviation"]),
      makeNode("Div", ["centred", "deviation"], ["standard"]),
      makeNode("Mul", ["channel", "standard"], ["scaled"]),
      makeNode("Add", ["scaled", "channel"], ["first"]),
    ];
    for (const norm of [whole, written]) {
      const model = network([...norm, conv("first", "second", 2), ...pooled("second")]);
      expect(names(model)).toEqual(["stem", "second"]);
    }
  });

  it("is what a classifier reads that is a convolution, and not its map for every class", () => {
    const classes = [
      makeNode("Relu", ["stem"], ["relu"]),
      makeNode("Conv", ["relu", "classes"], ["class maps"]),
      makeNode("Relu", ["class maps"], ["relu2"]),
      makeNode("GlobalAveragePool", ["relu2"], ["pooled"]),
      makeNode("Flatten", ["pooled"], ["scores"]),
    ];
    expect(names(network(classes))).toEqual(["relu"]);
  });

  it("beside a class token is the last of which the scores know the patches", () => {
    const model = network([
      makeNode("Reshape", ["stem", "lined"], ["line"]),
      makeNode("Transpose", ["line"], ["patches"], { perm: [0, 2, 1] }),
      makeNode("Concat", ["class token", "patches"], ["tokens"], { axis: 1 }),
      makeNode("MatMul", ["mixer", "tokens"], ["mixed"]),
      makeNode("Add", ["tokens", "mixed"], ["sum"]),
      makeNode("Relu", ["sum"], ["last"]),
      makeNode("Gather", ["last", "first"], ["row"], { axis: 1 }),
      makeNode("Gemm", ["row", "head"], ["scores"]),
    ]);
    const { featureMap } = dissectConvolutional(model);
    expect(featureMap).toMatchObject({ tensor: "tokens", channelAxis: 2, channels: 4 });
    const grid = { rows: 8, columns: 8 };
    expect(featureMap.places).toEqual({ kind: "tokens", axis: 1, first: 1, grid });
  });

  it("is followed through a norm over groups of channels", () => {
    const model = network([
      makeNode("Reshape", ["stem", "groups"], ["grouped"]),
      makeNode("InstanceNormalization", ["grouped", "gain", "gain"], ["normed"]),
      makeNode("Reshape", ["normed", "shape"], ["back"]),
      ...pooled("back"),
    ]);
    expect(names(model)).toEqual(["back"]);
  });

  it("is followed through windows that are cut and put together again, with layers inside", () => {
    const windowed = [
      makeNode("Reshape", ["stem", "cut"], ["cut in two"]),
      makeNode("Transpose", ["cut in two"], ["sorted"], { perm: [0, 2, 4, 3, 5, 1] }),
      makeNode("Reshape", ["sorted", "windows"], ["windowed"]),
      makeNode("MatMul", ["windowed", "square"], ["learnt"]),
      makeNode("Add", ["windowed", "learnt"], ["sum"]),
    ];
    const joined = [
      makeNode("Reshape", ["sum", "spread"], ["apart"]),
      makeNode("Transpose", ["apart"], ["rows"], { perm: [0, 5, 1, 3, 2, 4] }),
      makeNode("Reshape", ["rows", "shape"], ["back"]),
    ];
    expect(names(network([...windowed, ...joined, ...pooled("back")]))).toEqual(["back"]);
  });

  it("keeps the last map of sizes that only a run tells", () => {
    const model = network([makeNode("Relu", ["stem"], ["relu"]), ...pooled("relu")], ["batch", 3, "h", "w"]);
    expect(dissectConvolutional(model).featureMap).toMatchObject({ tensor: "relu", channels: 4, grid: null });
  });
});

describe("where there is none", () => {
  const reasonOf = (model: OnnxModel) => {
    try {
      dissectConvolutional(model);
    } catch (error) {
      if (isXaiError(error, "anatomy/no-feature-map")) return error.details.reason;
      throw error;
    }
    return "none";
  };

  it("says so, and does not take a map from before what cannot be followed", () => {
    const lost = [
      makeNode("Reshape", ["stem", "turned"], ["mixed up"]),
      makeNode("Transpose", ["mixed up"], ["mixed again"], { perm: [0, 2, 1] }),
    ];
    const model = network([
      ...lost,
      makeNode("Reshape", ["mixed again", "windows"], ["windowed"]),
      ...rest(),
    ]);
    expect(reasonOf(model)).toMatch(/cannot be followed/);
    expect(() => dissectClassifier(model)).toThrow("anatomy/no-attention");
  });

  it("refuses networks in 8 bits", () => {
    const model = network([
      makeNode("QuantizeLinear", ["stem", "two"], ["small"]),
      makeNode("DequantizeLinear", ["small", "two"], ["rounded"]),
      ...pooled("rounded"),
    ]);
    expect(() => dissectConvolutional(model)).toThrow("anatomy/quantised");
  });
});

/** Layers on windows whose places are unknown. */
function rest(): readonly Node[] {
  return [
    makeNode("MatMul", ["windowed", "square"], ["learnt"]),
    makeNode("ReduceMean", ["learnt"], ["row"], { axes: [1], keepdims: 0 }),
    makeNode("Gemm", ["row", "head"], ["scores"]),
  ];
}

function map(tensor: string, side: number) {
  const places = { kind: "map", rows: 2, columns: 3 };
  return { tensor, places, channelAxis: 1, channels: 4, grid: { rows: side, columns: side } };
}
