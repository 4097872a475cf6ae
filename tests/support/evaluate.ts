// A second, independent runtime for tests: every operator as plain loops in double precision, whatever the file's type.

import { indexGraph } from "../../src/core/onnx/graph-index.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { isStandardDomain, standardOpset } from "../../src/core/onnx/operator-sets.ts";
import { tensorNumbers } from "../../src/core/onnx/tensor-numbers.ts";
import { elementwiseKernels } from "./evaluate/elementwise.ts";
import { type Kernel, type KernelTable, makeValues, type Values, wholeTypes } from "./evaluate/kernel.ts";
import { layoutKernels } from "./evaluate/layout.ts";
import { normalisationKernels } from "./evaluate/normalisation.ts";
import { productKernels } from "./evaluate/products.ts";
import { reductionKernels } from "./evaluate/reductions.ts";
import { selectionKernels } from "./evaluate/selection.ts";
import { spatialKernels } from "./evaluate/spatial.ts";

const kernels: KernelTable = {
  ...elementwiseKernels,
  ...layoutKernels,
  ...normalisationKernels,
  ...productKernels,
  ...reductionKernels,
  ...selectionKernels,
  ...spatialKernels,
};

/** What is fed: numbers, row-major. */
export interface Numbers {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number>;
}

/**
 * What an ONNX graph means, free of the rounding of its own element types: float16 and float32 files are computed in
 * double precision too. For small graphs; only what `outputs` depend on is computed.
 * @throws Error where an operator has no kernel here.
 */
export function evaluate(
  model: OnnxModel,
  feeds: Readonly<Record<string, Numbers>>,
  outputs: readonly string[],
): Readonly<Record<string, Values>> {
  const { order, initializers } = indexGraph(model.graph);
  const opset = standardOpset(model) ?? 0;
  const known = new Map<string, Values>();
  for (const [name, { elementType, dims, ...tensor }] of initializers) {
    const numbers = tensorNumbers({ name, elementType, dims, data: tensor.data, rest: [] });
    if (numbers === null) throw new Error(`evaluate: ${name} holds no numbers`);
    known.set(name, makeValues(dims, numbers, wholeTypes.has(elementType)));
  }
  for (const [name, { dims, data }] of Object.entries(feeds)) known.set(name, makeValues(dims, data));
  const needed = new Set(outputs);
  const nodes = [...order].reverse().filter((node) => {
    const isNeeded = node.outputs.some((output) => needed.has(output));
    if (isNeeded) for (const input of node.inputs) needed.add(input);
    return isNeeded;
  });
  for (const node of nodes.reverse()) {
    const inputs = node.inputs.map((name) => known.get(name));
    const results = kernelOf(node.domain, node.opType)({ node, inputs, opset });
    for (const [place, name] of node.outputs.entries()) {
      const result = results[place];
      if (name !== "" && result !== undefined) known.set(name, result);
    }
  }
  return Object.fromEntries(outputs.map((name) => [name, given(known, name)]));
}

/** Whether every operator of a graph has a kernel here. */
export function isEvaluable({ graph }: OnnxModel): boolean {
  return graph.nodes.every(({ domain, opType }) => kernels[keyOf(domain, opType)] !== undefined);
}

function kernelOf(domain: string, opType: string): Kernel {
  const kernel = kernels[keyOf(domain, opType)];
  if (kernel === undefined) throw new Error(`evaluate: no kernel for ${keyOf(domain, opType)}`);
  return kernel;
}

function keyOf(domain: string, opType: string): string {
  return isStandardDomain(domain) ? opType : `${domain}.${opType}`;
}

function given(known: ReadonlyMap<string, Values>, name: string): Values {
  const values = known.get(name);
  if (values === undefined) throw new Error(`evaluate: nothing computes ${name}`);
  return values;
}
