// A Vision Transformer of one block, written node by node, in the variants that unit tests ask for.
import {
  makeFloatTensor,
  makeGraph,
  makeIntTensor,
  makeNode,
  makeUntypedValue,
  makeValue,
} from "../../src/core/onnx/build.ts";
import { ElementType, type Node, type OnnxModel, type Tensor } from "../../src/core/onnx/model.ts";

/** Pictures of 8 x 8 pixels, patches of 4, width 8, two heads, a class token, three classes. */
export interface TinyVitVariant {
  /** Sizes declared for the picture. */
  readonly declared?: readonly (number | string)[];
  /** `[H,N,N]` as older multi-head attention makes it. */
  readonly foldsHeads?: boolean;
  /** A softmax after the scores. */
  readonly endsInSoftmax?: boolean;
  /** Nodes between the softmax and the product with V, from `attention` to `weights`. */
  readonly between?: readonly Node[];
  /** How the picture becomes `[1,4,48]` or `[1,4,8]` tokens. */
  readonly patches?: "convolution" | "unfolding";
  /** Axis of the attention softmax. */
  readonly axis?: number;
}

export function tinyVit(variant: TinyVitVariant = {}): OnnxModel {
  const nodes = [...patchNodes(variant), ...blockNodes(variant), ...headNodes(variant)];
  const graph = makeGraph({
    nodes,
    initializers: weights(),
    inputs: [makeValue("picture", ElementType.float32, variant.declared ?? [1, 3, 8, 8])],
    outputs: [makeUntypedValue(variant.endsInSoftmax ? "probabilities" : "scores")],
  });
  const opsets = [{ domain: "", version: 17, rest: [] }];
  return { irVersion: 8, opsets, graph, source: new Uint8Array(0), rest: [] };
}

function patchNodes({ patches = "convolution" }: TinyVitVariant): readonly Node[] {
  const tokens = [makeNode("Concat", ["class", "patches"], ["joined"], { axis: 1 })];
  const placed = [makeNode("Add", ["joined", "positions"], ["x"])];
  if (patches === "unfolding") {
    return [
      makeNode("Reshape", ["picture", "unfolded"], ["cut"]),
      makeNode("Transpose", ["cut"], ["sorted"], { perm: [0, 2, 4, 3, 5, 1] }),
      makeNode("Reshape", ["sorted", "lined"], ["flat"]),
      makeNode("MatMul", ["flat", "embed"], ["patches"]),
      ...tokens,
      ...placed,
    ];
  }
  return [
    makeNode("Conv", ["picture", "kernel"], ["map"], { kernel_shape: [4, 4], strides: [4, 4] }),
    makeNode("Reshape", ["map", "flattened"], ["rows"]),
    makeNode("Transpose", ["rows"], ["patches"], { perm: [0, 2, 1] }),
    ...tokens,
    ...placed,
  ];
}

function blockNodes({ foldsHeads = false, between, axis = -1 }: TinyVitVariant): readonly Node[] {
  const project = (name: string) => [
    makeNode("MatMul", ["x", `w${name}`], [`${name}Flat`]),
    makeNode("Reshape", [`${name}Flat`, "split"], [`${name}Split`]),
    makeNode("Transpose", [`${name}Split`], [`${name}Heads`], { perm: [0, 2, 1, 3] }),
    makeNode("Reshape", [`${name}Heads`, foldsHeads ? "folded" : "unchanged"], [name]),
  ];
  return [
    ...["q", "k", "v"].flatMap(project),
    makeNode("Transpose", ["k"], ["kT"], { perm: foldsHeads ? [0, 2, 1] : [0, 1, 3, 2] }),
    makeNode("MatMul", ["q", "kT"], ["products"]),
    makeNode("Mul", ["products", "scale"], ["scaled"]),
    makeNode("Softmax", ["scaled"], ["attention"], { axis }),
    ...(between ?? [makeNode("Identity", ["attention"], ["weights"])]),
    makeNode("MatMul", ["weights", "v"], ["mixed"]),
    makeNode("Reshape", ["mixed", "heads"], ["mixedHeads"]),
    makeNode("Transpose", ["mixedHeads"], ["mixedSplit"], { perm: [0, 2, 1, 3] }),
    makeNode("Reshape", ["mixedSplit", "merged"], ["mixedFlat"]),
    makeNode("Add", ["x", "mixedFlat"], ["y"]),
  ];
}

function headNodes({ endsInSoftmax = false }: TinyVitVariant): readonly Node[] {
  const scores = [
    makeNode("Gather", ["y", "first"], ["classRow"], { axis: 1 }),
    makeNode("Gemm", ["classRow", "head", "bias"], ["scores"]),
  ];
  return endsInSoftmax
    ? [...scores, makeNode("Softmax", ["scores"], ["probabilities"], { axis: -1 })]
    : scores;
}

function weights(): readonly Tensor[] {
  return [
    waves("kernel", [8, 3, 4, 4]),
    waves("embed", [48, 8]),
    waves("class", [1, 1, 8]),
    waves("positions", [1, 5, 8]),
    waves("wq", [8, 8]),
    waves("wk", [8, 8]),
    waves("wv", [8, 8]),
    waves("head", [8, 3]),
    waves("bias", [3]),
    makeFloatTensor("scale", [], [0.5]),
    makeIntTensor("flattened", [3], [0, 8, -1]),
    makeIntTensor("unfolded", [6], [0, 3, 2, 4, 2, 4]),
    makeIntTensor("lined", [3], [0, 4, 48]),
    makeIntTensor("split", [4], [0, 0, 2, 4]),
    makeIntTensor("unchanged", [4], [0, 0, 0, 0]),
    makeIntTensor("folded", [3], [-1, 5, 4]),
    makeIntTensor("heads", [4], [1, 2, 5, 4]),
    makeIntTensor("merged", [3], [1, 5, 8]),
    makeIntTensor("first", [], [0]),
  ];
}

/** Numbers without a pattern that a mistake could hide in; seeded by the name's length. */
function waves(name: string, dims: readonly number[]): Tensor {
  const count = dims.reduce((product, size) => product * size, 1);
  const values = Array.from({ length: count }, (_, index) => 0.3 * Math.sin(1.7 * index + name.length));
  return makeFloatTensor(name, dims, values);
}
