// Removes what no output needs: nodes, constants, and what is said of values that are gone.
import { intAttribute } from "../attributes.ts";
import { valuesRead } from "../graph-index.ts";
import type { Graph, Node } from "../model.ts";

/** Inputs and outputs stay. Nodes must be in execution order, and stay so. */
export function prune(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const kept: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    kept.push(node);
    for (const name of valuesRead(node)) needed.add(name);
  }
  const nodes = kept.reverse().map((node) => withoutUnreadResults(node, needed));
  const written = new Set(nodes.flatMap(({ outputs }) => outputs));
  return {
    ...graph,
    nodes,
    initializers: graph.initializers.filter(({ name }) => needed.has(name)),
    valueInfo: graph.valueInfo.filter(({ name }) => written.has(name)),
  };
}

/**
 * Trailing optional results; earlier ones keep their place. Those of Split are not optional, nor are the statistics
 * of a BatchNormalization in training mode.
 */
function withoutUnreadResults(node: Node, needed: ReadonlySet<string>): Node {
  if (node.opType === "Split" || node.attributes.some(({ kind }) => kind === "graph")) return node;
  if (intAttribute(node, "training_mode") === 1) return node;
  let count = node.outputs.length;
  while (count > 1 && !needed.has(node.outputs[count - 1]!)) count--;
  return count === node.outputs.length ? node : { ...node, outputs: node.outputs.slice(0, count) };
}
