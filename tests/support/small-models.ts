// Small models for tests of rewriting: written node by node, run before and after, compared.

import { makeGraph, makeUntypedValue, makeValue } from "../../src/core/onnx/build.ts";
import { canonicalise } from "../../src/core/onnx/canonical/canonicalise.ts";
import { constantTensor } from "../../src/core/onnx/canonical/constant-tensor.ts";
import { ElementType, type Node, type OnnxModel, type Tensor } from "../../src/core/onnx/model.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { type Feed, largestDifference, runModel } from "./ort.ts";

export interface SmallModel {
  readonly nodes: readonly Node[];
  readonly constants?: readonly Tensor[];
  /** Shapes of float32 inputs; a name stands for an open size. */
  readonly inputs?: Readonly<Record<string, readonly (number | string)[]>>;
  /** Element types of inputs that are not float32. */
  readonly types?: Readonly<Record<string, number>>;
  readonly outputs?: readonly string[];
  readonly opset?: number;
}

/** A model with an output `y`, unless others are named; com.microsoft is imported where nodes need it. */
export function smallModel(parts: SmallModel): OnnxModel {
  const inputs = Object.entries(parts.inputs ?? { x: [2, 3, 4] });
  const graph = makeGraph({
    nodes: parts.nodes,
    initializers: parts.constants ?? [],
    inputs: inputs.map(([name, sizes]) => makeValue(name, parts.types?.[name] ?? ElementType.float32, sizes)),
    outputs: (parts.outputs ?? ["y"]).map(makeUntypedValue),
  });
  const domains = new Set(["", ...parts.nodes.map(({ domain }) => domain)]);
  const opsets = Array.from(domains, (domain) => ({
    domain,
    version: domain === "" ? (parts.opset ?? 20) : 1,
    rest: [],
  }));
  return { irVersion: 8, opsets, graph, source: new Uint8Array(0), rest: [] };
}

/** Numbers between -1.5 and 1.5 without a pattern that a mistake could hide in, the same for the same arguments. */
export function waves(count: number, seed = 1): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, (_, index) => 1.5 * Math.sin(1.7 * index * index + seed));
}

/** A float32 constant of such numbers. */
export function waveTensor(name: string, dims: readonly number[], seed = name.length): Tensor {
  const count = dims.reduce((product, size) => product * size, 1);
  return constantTensor(name, ElementType.float32, dims, Array.from(waves(count, seed)))!;
}

/** A single number without axes. */
export function numberTensor(name: string, value: number, elementType: number = ElementType.float32): Tensor {
  return constantTensor(name, elementType, [], [value])!;
}

/** Feeds of waves for the float32 inputs whose sizes are all known. */
export function waveFeeds(
  inputs: Readonly<Record<string, readonly number[]>>,
): Readonly<Record<string, Feed>> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, shape], place) => {
      const count = shape.reduce((product, size) => product * size, 1);
      return [name, { data: waves(count, place + 2), shape }];
    }),
  );
}

export interface Compared {
  readonly model: OnnxModel;
  /** Operators in execution order, with the domain before those that are not standard. */
  readonly operators: readonly string[];
  /** Largest difference of any output from the original's, absolute. */
  readonly difference: number;
}

/** Brings a model into canonical form and runs both. */
export async function compareCanonical(
  original: OnnxModel,
  feeds: Readonly<Record<string, Feed>>,
): Promise<Compared> {
  const inputShapes = new Map(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));
  const model = canonicalise(original, { inputShapes });
  const before = await runModel(writeOnnx(original).bytes, feeds);
  const after = await runModel(writeOnnx(model).bytes, feeds);
  const differences = Object.entries(before).map(([name, { data }]) =>
    largestDifference(after[name]!.data, data),
  );
  return { model, operators: operatorsOf(model), difference: Math.max(...differences) };
}

export function operatorsOf(model: OnnxModel): readonly string[] {
  return model.graph.nodes.map(({ domain, opType }) => (domain === "" ? opType : `${domain}.${opType}`));
}
