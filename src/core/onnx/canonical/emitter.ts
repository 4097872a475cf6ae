// Collects what rewriting rules write, under names that the graph does not have yet.
import { makeNode } from "../build.ts";
import { ElementType, type Graph, type Node, type Tensor } from "../model.ts";
import { constantTensor } from "./constant-tensor.ts";
import type { Emitter } from "./rewrite.ts";

/** What one rule wrote. */
export interface Emission {
  readonly nodes: Node[];
  readonly tensors: Tensor[];
}

/** Every name that a value of the graph has. */
export function valueNames(graph: Graph): Set<string> {
  return new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.map(({ name }) => name),
    ...graph.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]),
  ]);
}

/**
 * @param replaced the node whose results the emission takes over.
 * @param taken all names in use; new ones are added.
 */
export function createEmitter(replaced: Node, taken: Set<string>): Emitter & { readonly emission: Emission } {
  const emission: Emission = { nodes: [], tensors: [] };
  const base = replaced.outputs.find((name) => name !== "") ?? replaced.opType;
  const freshName = (hint: string) => {
    let name = `${base}/${hint}`;
    for (let count = 2; taken.has(name); count++) name = `${base}/${hint}_${count}`;
    taken.add(name);
    return name;
  };
  const constant = (elementType: number, dims: readonly number[], values: Iterable<number>) => {
    const name = freshName("constant");
    const tensor = constantTensor(name, elementType, dims, [...values]);
    if (tensor === null) throw new RangeError(`no constants of element type ${elementType}`);
    emission.tensors.push(tensor);
    return name;
  };
  const ints = (values: readonly number[]) => constant(ElementType.int64, [values.length], values);
  return {
    emission,
    freshName,
    constant,
    ints,
    index: (value) => constant(ElementType.int64, [], [value]),
    split: (input, sizes, axis, outputs) =>
      void emission.nodes.push(makeNode("Split", [input, ints(sizes)], outputs, { axis })),
    raw: (node) => void emission.nodes.push(node),
    tensor: (tensor) => void emission.tensors.push(tensor),
    node(opType, inputs, attributes = {}, output = freshName(opType)) {
      emission.nodes.push(makeNode(opType, inputs, [output], attributes));
      return output;
    },
  };
}
