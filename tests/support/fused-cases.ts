// Fused operators with their inputs, and the operators that they are made of.
import type { AttributeInput } from "../../src/core/onnx/build.ts";
import type { Tensor } from "../../src/core/onnx/model.ts";
import { waveTensor } from "./small-models.ts";

export interface FusedCase {
  readonly op: string;
  readonly standard?: true;
  /** Inputs in order; "" leaves one out. */
  readonly from: readonly string[];
  readonly to?: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly constants?: readonly Tensor[];
  /** Operators afterwards; those of layout, constants and sizes are not listed. */
  readonly becomes: readonly string[];
}

const x = [2, 3, 4];
const vector = (name: string, length = 4) => waveTensor(name, [length]);
const normalisedBySquare = ["Mul", "ReduceMean", "Add", "Sqrt", "Div", "Mul"];

/** Every fused operator but attention, in each form it may take. */
export const fusedCases: readonly FusedCase[] = [
  { op: "Gelu", from: ["x"], inputs: { x }, becomes: ["Gelu"] },
  { op: "BiasGelu", from: ["x", "b"], inputs: { x }, constants: [vector("b")], becomes: ["Add", "Gelu"] },
  { op: "FastGelu", from: ["x"], inputs: { x }, becomes: ["Gelu"] },
  { op: "FastGelu", from: ["x", "b"], inputs: { x }, constants: [vector("b")], becomes: ["Add", "Gelu"] },
  { op: "QuickGelu", from: ["x"], inputs: { x }, becomes: ["Mul", "Sigmoid", "Mul"] },
  {
    op: "QuickGelu",
    from: ["x"],
    inputs: { x },
    attributes: { alpha: { float: 1 } },
    becomes: ["Sigmoid", "Mul"],
  },
  {
    op: "FusedMatMul",
    from: ["a", "b"],
    inputs: { a: [2, 3, 4], b: [2, 4, 5] },
    attributes: { alpha: { float: 0.3 } },
    becomes: ["MatMul", "Mul"],
  },
  {
    op: "FusedMatMul",
    from: ["a", "b"],
    inputs: { a: [2, 4, 3], b: [2, 4, 5] },
    attributes: { transA: 1 },
    becomes: ["MatMul"],
  },
  {
    op: "FusedMatMul",
    from: ["a", "b"],
    inputs: { a: [2, 4, 3], b: [5, 4] },
    attributes: { transA: 1, transB: 1, alpha: { float: 2 } },
    becomes: ["MatMul", "Mul"],
  },
  {
    op: "TransposeMatMul",
    from: ["a", "b"],
    inputs: { a: [2, 3, 4], b: [2, 5, 4] },
    attributes: { transB: 1, alpha: { float: 0.5 } },
    becomes: ["MatMul", "Mul"],
  },
  {
    op: "FusedGemm",
    from: ["a", "b", "c"],
    inputs: { a: [3, 4], b: [5, 4], c: [5] },
    attributes: { transB: 1, alpha: { float: 0.7 }, activation: "Relu" },
    becomes: ["Gemm", "Relu"],
  },
  {
    op: "FusedGemm",
    from: ["a", "b"],
    inputs: { a: [3, 4], b: [4, 5] },
    attributes: { activation: "LeakyRelu", activation_alpha: { float: 0.2 } },
    becomes: ["Gemm", "LeakyRelu"],
  },
  {
    op: "FusedConv",
    from: ["a", "w", "b"],
    inputs: { a: [1, 2, 5, 5] },
    constants: [waveTensor("w", [3, 2, 3, 3]), vector("b", 3)],
    attributes: { activation: "Relu", pads: [1, 1, 1, 1] },
    becomes: ["Conv", "Relu"],
  },
  {
    op: "FusedConv",
    from: ["a", "w", "b", "z"],
    inputs: { a: [1, 2, 5, 5], z: [1, 3, 3, 3] },
    constants: [waveTensor("w", [3, 2, 3, 3]), vector("b", 3)],
    attributes: { activation: "Sigmoid" },
    becomes: ["Conv", "Add", "Sigmoid"],
  },
  {
    op: "SkipLayerNormalization",
    from: ["x", "s", "g", "b"],
    inputs: { x, s: x },
    constants: [vector("g"), vector("b")],
    becomes: ["Add", "LayerNormalization"],
  },
  {
    op: "SkipLayerNormalization",
    from: ["x", "s", "g", "", "c"],
    to: ["y", "", "", "sum"],
    inputs: { x, s: x },
    constants: [vector("g"), vector("c")],
    attributes: { epsilon: { float: 1e-3 } },
    becomes: ["Add", "Add", "LayerNormalization"],
  },
  {
    op: "SkipLayerNormalization",
    from: ["x", "s", "g", "b"],
    inputs: { x, s: [1, 3, 4] },
    constants: [vector("g"), vector("b")],
    becomes: ["Add", "LayerNormalization"],
  },
  {
    op: "SkipSimplifiedLayerNormalization",
    from: ["x", "s", "g"],
    to: ["y", "", "", "sum"],
    inputs: { x, s: x },
    constants: [vector("g")],
    attributes: { epsilon: { float: 1e-3 } },
    becomes: ["Add", ...normalisedBySquare],
  },
  {
    op: "SimplifiedLayerNormalization",
    standard: true,
    from: ["x", "g"],
    inputs: { x },
    constants: [vector("g")],
    attributes: { epsilon: { float: 1e-3 } },
    becomes: normalisedBySquare,
  },
  {
    op: "RMSNormalization",
    standard: true,
    from: ["x", "g"],
    inputs: { x },
    constants: [vector("g")],
    becomes: normalisedBySquare,
  },
  {
    op: "RMSNormalization",
    standard: true,
    from: ["x", "g"],
    inputs: { x },
    constants: [waveTensor("g", [3, 4])],
    attributes: { axis: 1 },
    becomes: normalisedBySquare,
  },
  {
    op: "Swish",
    standard: true,
    from: ["x"],
    inputs: { x },
    attributes: { alpha: { float: 1.3 } },
    becomes: ["Mul", "Sigmoid", "Mul"],
  },
  {
    op: "RotaryEmbedding",
    standard: true,
    from: ["a", "c", "s"],
    inputs: { a: [2, 3, 4, 6], c: [2, 4, 3], s: [2, 4, 3] },
    becomes: ["Mul", "Mul", "Sub", "Mul", "Mul", "Add"],
  },
  {
    op: "RotaryEmbedding",
    standard: true,
    from: ["a", "c", "s"],
    inputs: { a: [2, 4, 18], c: [2, 4, 3], s: [2, 4, 3] },
    attributes: { num_heads: 3, interleaved: 1 },
    becomes: ["Mul", "Mul", "Sub", "Mul", "Mul", "Add"],
  },
  {
    op: "RotaryEmbedding",
    standard: true,
    from: ["a", "c", "s"],
    inputs: { a: [2, 4, 24], c: [2, 4, 2], s: [2, 4, 2] },
    attributes: { num_heads: 3, rotary_embedding_dim: 4 },
    becomes: ["Mul", "Mul", "Sub", "Mul", "Mul", "Add"],
  },
];
