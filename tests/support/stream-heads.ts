// Classification heads for small transformers, node by node: from `end` to `scores`, with the weights of `stream-vit.ts`.
import { makeNode } from "../../src/core/onnx/build.ts";
import type { Node } from "../../src/core/onnx/model.ts";

export const heads = {
  /** The class token. */
  token: [
    makeNode("LayerNormalization", ["end", "gain", "shift"], ["final"], { axis: -1 }),
    makeNode("Gather", ["final", "first"], ["row"], { axis: 1 }),
    makeNode("Gemm", ["row", "head", "bias"], ["scores"]),
  ],
  /** Class and distillation token, each with a head. */
  twoTokens: [
    makeNode("LayerNormalization", ["end", "gain", "shift"], ["final"], { axis: -1 }),
    makeNode("Gather", ["final", "first"], ["row"], { axis: 1 }),
    makeNode("Gather", ["final", "second"], ["row2"], { axis: 1 }),
    makeNode("Gemm", ["row", "head", "bias"], ["a"]),
    makeNode("Gemm", ["row2", "head", "bias"], ["b"]),
    makeNode("Add", ["a", "b"], ["ab"]),
    makeNode("Mul", ["ab", "half"], ["scores"]),
  ],
  /** The mean of the patches, normalised afterwards. */
  mean: [
    makeNode("Slice", ["end", "one", "all", "one"], ["patches of the end"]),
    makeNode("ReduceMean", ["patches of the end"], ["row"], { axes: [1], keepdims: 0 }),
    makeNode("LayerNormalization", ["row", "gain", "shift"], ["normed"], { axis: -1 }),
    makeNode("Gemm", ["normed", "head", "bias"], ["scores"]),
  ],
  /** The largest value of each feature. */
  maximum: [
    makeNode("ReduceMax", ["end"], ["row"], { axes: [1], keepdims: 0 }),
    makeNode("Gemm", ["row", "head", "bias"], ["scores"]),
  ],
  /** A learnt query. */
  query: [
    makeNode("Transpose", ["end"], ["endT"], { perm: [0, 2, 1] }),
    makeNode("MatMul", ["query", "endT"], ["poolScores"]),
    makeNode("Softmax", ["poolScores"], ["pool"], { axis: -1 }),
    makeNode("MatMul", ["pool", "end"], ["pooled"]),
    makeNode("Flatten", ["pooled"], ["row"]),
    makeNode("Gemm", ["row", "head", "bias"], ["scores"]),
  ],
} satisfies Readonly<Record<string, readonly Node[]>>;
