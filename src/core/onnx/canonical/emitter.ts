// Collects what rewriting rules write, under names that the graph does not have yet.
import { makeNode } from "../build.ts";
import { ElementType, type Graph, type Node, type Tensor } from "../model.ts";
import { elementCount } from "../tensor-numbers.ts";
import { constantTensor } from "./constant-tensor.ts";
import type { Emitter } from "./rewrite.ts";

/** What one rule wrote. */
export interface Emission {
  readonly nodes: Node[];
  readonly tensors: Tensor[];
  /** Whether something was asked for that cannot be written, as happens with broken files only. */
  isImpossible: boolean;
}

/** Elements of a constant made here: a causal mask of 2048 tokens. */
const mostElements = 2 ** 22;

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
  const empty = (): Emission => ({ nodes: [], tensors: [], isImpossible: false });
  let emission = empty();
  let base = "";
  const freshName = (hint: string) => {
    let name = `${base}/${hint}`;
    for (let count = 2; taken.has(name); count++) name = `${base}/${hint}_${count}`;
    taken.add(name);
    return name;
  };
  const constant = (elementType: number, dims: readonly number[], values: readonly number[]) => {
    const name = freshName("constant");
    const tensor = constantTensor(name, elementType, dims, values);
    if (tensor === null) emission.isImpossible = true;
    else emission.tensors.push(tensor);
    return name;
  };
  const filled = (elementType: number, dims: readonly number[], valueAt: (place: number) => number) => {
    const count = elementCount(dims);
    const isSensible = Number.isInteger(count) && count >= 0 && count <= mostElements;
    if (!isSensible) emission.isImpossible = true;
    return constant(
      elementType,
      dims,
      isSensible ? Array.from({ length: count }, (_, place) => valueAt(place)) : [],
    );
  };
  const ints = (values: readonly number[]) => constant(ElementType.int64, [values.length], values);
  return {
    startOver(replaced) {
      emission = empty();
      base = replaced.outputs.find((name) => name !== "") ?? replaced.opType;
    },
    emission: () => emission,
    freshName,
    constant,
    filled,
    ints,
    index: (value) => constant(ElementType.int64, [], [value]),
    split: (input, sizes, axis, outputs) =>
      void emission.nodes.push(makeNode("Split", [input, ints(sizes)], outputs, { axis })),
    raw: (node) => void emission.nodes.push(node),
    tensor: (tensor) => void emission.tensors.push(tensor),
    node(opType, inputs, attributes = {}, output = freshName(opType)) {
      if (inputs.includes(undefined as never)) emission.isImpossible = true;
      emission.nodes.push(makeNode(opType, inputs, [output], attributes));
      return output;
    },
  };
}
