// Linear layers in the forms that exporters write them.
import { makeNode } from "../../src/core/onnx/build.ts";
import type { Numbers } from "../support/evaluate.ts";
import { type Layer, scattered } from "./layer.ts";

export interface LinearForm {
  readonly name: string;
  readonly layer: Layer;
  /** The input that is mapped. */
  readonly x: string;
}

const bias = scattered([5], 3);

function tokens(name: string, layer: Omit<Layer, "inputs" | "result">, dims = [2, 3, 4]): LinearForm {
  return { name, x: "x", layer: { ...layer, inputs: { x: scattered(dims, 1) }, result: "y" } };
}

/** Layers inside a network, on tokens or on feature maps. */
export const innerForms: readonly LinearForm[] = [
  tokens("MatMul", { nodes: [makeNode("MatMul", ["x", "w"], ["y"])], weights: { w: scattered([4, 5], 2) } }),
  tokens("MatMul, Add", {
    nodes: [makeNode("MatMul", ["x", "w"], ["p"]), makeNode("Add", ["p", "b"], ["y"])],
    weights: { w: scattered([4, 5], 2), b: bias },
  }),
  tokens("Add of a bias to a MatMul by a transposed weight", {
    nodes: [
      makeNode("Transpose", ["w"], ["turned"], { perm: [1, 0] }),
      makeNode("MatMul", ["x", "turned"], ["p"]),
      makeNode("Add", ["b", "p"], ["y"]),
    ],
    weights: { w: scattered([5, 4], 2), b: { dims: [1, 1, 5], data: bias.data } },
  }),
  tokens("MatMul by a weight on the left", {
    nodes: [makeNode("MatMul", ["w", "x"], ["y"])],
    weights: { w: scattered([5, 3], 2) },
  }),
  tokens(
    "Gemm",
    {
      nodes: [makeNode("Gemm", ["x", "w", "b"], ["y"], { transB: 1 })],
      weights: { w: scattered([5, 4], 2), b: bias },
    },
    [3, 4],
  ),
  tokens(
    "Gemm with factors, on turned rows",
    {
      nodes: [
        makeNode("Gemm", ["x", "w", "b"], ["y"], { transA: 1, alpha: { float: 0.5 }, beta: { float: 2 } }),
      ],
      weights: { w: scattered([4, 5], 2), b: bias },
    },
    [4, 3],
  ),
  tokens("Einsum, Add", {
    nodes: [
      makeNode("Einsum", ["x", "w"], ["p"], { equation: "bnd,kd->bnk" }),
      makeNode("Add", ["p", "b"], ["y"]),
    ],
    weights: { w: scattered([5, 4], 2), b: bias },
  }),
  map("Conv with strides and padding", { strides: [2, 1], pads: [1, 0, 1, 2] }),
  map("Conv of groups with gaps", { dilations: [2, 1], group: 2 }),
];

function map(name: string, settings: Readonly<Record<string, number | readonly number[]>>): LinearForm {
  const perGroup = settings.group === undefined ? 4 : 2;
  return {
    name,
    x: "x",
    layer: {
      // Five axes at the input, so that it is no picture.
      nodes: [
        makeNode("Reshape", ["x", "dims"], ["map"]),
        makeNode("Conv", ["map", "w", "b"], ["y"], { kernel_shape: [2, 3], ...settings }),
      ],
      inputs: { x: scattered([1, 1, 4, 4, 5], 1) },
      weights: { w: scattered([6, perGroup, 2, 3], 2), b: scattered([6], 3) },
      integers: { dims: [1, 4, 4, 5] },
      result: "y",
    },
  };
}

const picture: Numbers = scattered([1, 3, 4, 4], 5);

/** First layers, which read the picture. */
export const pictureForms: readonly LinearForm[] = [
  {
    name: "patch embedding as a Conv",
    x: "picture",
    layer: {
      nodes: [makeNode("Conv", ["picture", "w", "b"], ["y"], { kernel_shape: [2, 2], strides: [2, 2] })],
      inputs: { picture },
      weights: { w: scattered([5, 3, 2, 2], 2), b: bias },
      result: "y",
    },
  },
  {
    name: "patch embedding as a MatMul of unfolded patches",
    x: "picture",
    layer: {
      nodes: [
        makeNode("Reshape", ["picture", "cut"], ["pieces"]),
        makeNode("Transpose", ["pieces"], ["sorted"], { perm: [0, 2, 4, 3, 5, 1] }),
        makeNode("Reshape", ["sorted", "lined"], ["patches"]),
        makeNode("MatMul", ["patches", "w"], ["p"]),
        makeNode("Add", ["p", "b"], ["y"]),
      ],
      inputs: { picture },
      weights: { w: scattered([12, 5], 2), b: bias },
      integers: { cut: [1, 3, 2, 2, 2, 2], lined: [1, 4, 12] },
      result: "y",
    },
  },
];
