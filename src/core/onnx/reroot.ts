// Copies the part of a graph between two values, so that it can be computed from another value as well.
import { XaiError } from "../errors.ts";
import { indexGraph } from "./graph-index.ts";
import type { Graph, Node, OnnxModel } from "./model.ts";

export interface Reroot {
  /** The value that the copy no longer reads. */
  readonly from: string;
  /** The result that is wanted again. */
  readonly to: string;
  /** What is read instead of `from`; of the same type and shape. */
  readonly onto: string;
  /** Goes into the names of the copied values; a name for each copy. */
  readonly label: string;
}

export interface Rerooted {
  readonly model: OnnxModel;
  /** The new value that is to `onto` what `to` is to `from`; not yet an output. */
  readonly output: string;
}

/**
 * Nodes that don't depend on `from` (weights prepared at run time, another tower) are shared, not copied; weights are
 * shared in any case.
 * @throws autodiff/unreachable where `to` does not depend on `from`
 * @throws onnx/not-onnx where nodes wait for each other
 */
export function reroot(model: OnnxModel, { from, to, onto, label }: Reroot): Rerooted {
  const { graph } = model;
  const copied = nodesFromTo(graph, from, to);
  if (copied.length === 0) throw new XaiError("autodiff/unreachable", { tensor: to });
  const taken = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const names = new Map([[from, onto]]);
  for (const name of copied.flatMap(({ outputs }) => outputs)) {
    if (name !== "") names.set(name, unused(`${name} of ${label}`, taken));
  }
  const renamed = (name: string) => names.get(name) ?? name;
  const nodes = copied.map((node) => ({
    ...node,
    name: node.name === "" ? "" : `${node.name} of ${label}`,
    inputs: node.inputs.map(renamed),
    outputs: node.outputs.map(renamed),
  }));
  // Declared shapes hold for the copies too, and help where an operator is unknown.
  const valueInfo = [...graph.valueInfo, ...graph.outputs].flatMap((value) => {
    return names.has(value.name) && value.name !== from ? [{ ...value, name: renamed(value.name) }] : [];
  });
  return {
    model: {
      ...model,
      graph: {
        ...graph,
        nodes: [...graph.nodes, ...nodes],
        valueInfo: [...graph.valueInfo, ...valueInfo],
      },
    },
    output: renamed(to),
  };
}

/** In execution order: what depends on `from` and is needed for `to`. */
function nodesFromTo(graph: Graph, from: string, to: string): readonly Node[] {
  const { order } = indexGraph(graph);
  const reached = new Set([from]);
  const after = order.filter(({ inputs, outputs }) => {
    const isReached = inputs.some((name) => reached.has(name)) && !outputs.includes(from);
    if (isReached) for (const output of outputs) if (output !== "") reached.add(output);
    return isReached;
  });
  const needed = new Set([to]);
  return after
    .reverse()
    .filter(({ inputs, outputs }) => {
      const isNeeded = outputs.some((name) => needed.has(name));
      if (isNeeded) for (const input of inputs) if (reached.has(input)) needed.add(input);
      return isNeeded;
    })
    .reverse();
}

function unused(base: string, taken: Set<string>): string {
  let name = base;
  for (let round = 2; taken.has(name); round++) name = `${base} (${round})`;
  taken.add(name);
  return name;
}
