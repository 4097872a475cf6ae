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

/** An emitter that serves one node after the other. */
export interface EmitterOfSweep extends Emitter {
  /** Forgets what was written and names what comes after the results of this node. */
  startOver(replaced: Node): void;
  /** What was written since. */
  emission(): Emission;
}

/** @param taken all names in use; new ones are added. */
export function createEmitter(taken: Set<string>): EmitterOfSweep {
  let emission: Emission = { nodes: [], tensors: [] };
  let base = "";
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
    startOver(replaced) {
      emission = { nodes: [], tensors: [] };
      base = replaced.outputs.find((name) => name !== "") ?? replaced.opType;
    },
    emission: () => emission,
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
