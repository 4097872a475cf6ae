// The goldens' small convolutional network: three convolutions with rectifiers, a mean over all places, a head.
import { makeConstant } from "../../src/core/autodiff/constants.ts";
import { makeGraph, makeNode, makeUntypedValue, makeValue } from "../../src/core/onnx/build.ts";
import { ElementType, type OnnxModel } from "../../src/core/onnx/model.ts";
import { type GoldenArray, toNumbers } from "./golden.ts";
import { goldenSizes } from "./golden-sizes.ts";

/** Names of values in the graph. */
export const cnnValues = {
  picture: "picture",
  logits: "logits",
  /** The last convolution's result, before its rectifier. */
  lastConvolution: "c3",
} as const;

/** For the tiny ViT's pictures, in double precision; strides are 2, 2 and 1. */
export function goldenCnn(weights: Readonly<Record<string, GoldenArray>>): OnnxModel {
  const convolution = (name: string, from: string, stride: number) => [
    makeNode("Conv", [from, `${name}.weight`, `${name}.bias`], [name], {
      kernel_shape: [3, 3],
      strides: [stride, stride],
      pads: [1, 1, 1, 1],
    }),
    makeNode("Relu", [name], [`${name}.relu`]),
  ];
  const graph = makeGraph({
    nodes: [
      ...convolution("c1", cnnValues.picture, 2),
      ...convolution("c2", "c1.relu", 2),
      ...convolution("c3", "c2.relu", 1),
      makeNode("GlobalAveragePool", ["c3.relu"], ["pooled"]),
      makeNode("Flatten", ["pooled"], ["row"]),
      makeNode("Gemm", ["row", "fc.weight", "fc.bias"], [cnnValues.logits], { transB: 1 }),
    ],
    initializers: Object.entries(weights).map(([name, array]) =>
      makeConstant(name, ElementType.float64, array.shape, Array.from(toNumbers(array))),
    ),
    inputs: [makeValue(cnnValues.picture, ElementType.float64, [1, 3, goldenSizes.side, goldenSizes.side])],
    outputs: [makeUntypedValue(cnnValues.logits)],
  });
  const opsets = [{ domain: "", version: 20, rest: [] }];
  return { irVersion: 9, opsets, graph, source: new Uint8Array(0), rest: [] };
}
