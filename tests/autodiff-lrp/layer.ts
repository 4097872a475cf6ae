// Small graphs for tests of relevance rules: built once, run in double precision, and checked in onnxruntime.
import { expect } from "vitest";
import { makeConstant } from "../../src/core/autodiff/constants.ts";
import { differentiate } from "../../src/core/autodiff/differentiate.ts";
import type { RuleTable } from "../../src/core/autodiff/rule.ts";
import { makeGraph, makeIntTensor, makeUntypedValue, makeValue } from "../../src/core/onnx/build.ts";
import { ElementType, type Node, type OnnxModel } from "../../src/core/onnx/model.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { evaluate, type Numbers } from "../support/evaluate.ts";
import { relativeError } from "../support/golden.ts";
import { runModel } from "../support/ort.ts";
import { propagate } from "../support/relevance.ts";

export interface Layer {
  readonly nodes: readonly Node[];
  /** What the graph is fed. */
  readonly inputs: Readonly<Record<string, Numbers>>;
  readonly weights?: Readonly<Record<string, Numbers>>;
  readonly integers?: Readonly<Record<string, readonly number[]>>;
  /** The value that relevance starts at. */
  readonly result: string;
}

export function modelOf(layer: Layer, elementType: number = ElementType.float64): OnnxModel {
  const weights = Object.entries(layer.weights ?? {}).map(([name, { dims, data }]) =>
    makeConstant(name, elementType, dims, Array.from(data)),
  );
  const integers = Object.entries(layer.integers ?? {}).map(([name, values]) =>
    makeIntTensor(name, [values.length], values),
  );
  const graph = makeGraph({
    nodes: layer.nodes,
    initializers: [...weights, ...integers],
    inputs: Object.entries(layer.inputs).map(([name, { dims }]) => makeValue(name, elementType, dims)),
    outputs: [makeUntypedValue(layer.result)],
  });
  const opsets = [{ domain: "", version: 20, rest: [] }];
  return { irVersion: 9, opsets, graph, source: new Uint8Array(0), rest: [] };
}

/** What the layer gives. */
export function forward(layer: Layer, at = layer.inputs): Numbers {
  return evaluate(modelOf(layer), at, [layer.result])[layer.result]!;
}

/**
 * What arrives at `wanted` values for what starts at the result, in double precision; onnxruntime must give the same
 * in single precision.
 */
export async function relevanceOf(
  layer: Layer,
  rules: RuleTable,
  arriving: ArrayLike<number>,
  wanted: readonly string[] = Object.keys(layer.inputs),
): Promise<readonly Float64Array[]> {
  const { dims } = forward(layer);
  const seed = { dims, data: arriving };
  const from = layer.result;
  const double = propagate({ model: modelOf(layer), feeds: layer.inputs, rules, from, seed, wanted });
  const seeds = [{ tensor: from, upstream: { input: "seed" } }];
  const backward = differentiate(modelOf(layer, ElementType.float32), { seeds, wanted, rules });
  const feeds = Object.entries({ ...layer.inputs, seed }).map(
    ([name, { dims: shape, data }]) => [name, { shape, data: Float32Array.from(data) }] as const,
  );
  const single = await runModel(writeOnnx(backward.model).bytes, Object.fromEntries(feeds));
  return wanted.map((name) => {
    const { data } = single[backward.gradients.get(name)!]!;
    expect(relativeError(data, double[name]!), `onnxruntime at ${name}`).toBeLessThan(1e-3);
    return double[name]!;
  });
}

/** Numbers between -1 and 1 without a pattern, the same in every run. */
export function scattered(dims: readonly number[], seed: number): Numbers & { readonly data: Float64Array } {
  let state = seed * 2654435761;
  const data = Float64Array.from({ length: dims.reduce((product, size) => product * size, 1) }, () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) >>> 0;
    return Math.fround((state ^ (state >>> 13)) / 2 ** 31) % 1 || 0.5;
  });
  return { dims, data };
}
