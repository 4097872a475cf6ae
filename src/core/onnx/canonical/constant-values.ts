// Tells which values no input changes: weights, and what nodes make of weights alone.
import { type GraphIndex, valuesRead } from "../graph-index.ts";

/**
 * Initializers and all results that hang on them only. A runtime computes these once, when it loads the graph, so
 * they take neither gradients nor time. Nodes that draw random numbers do not occur in classifiers.
 */
export function constantValues(index: GraphIndex): ReadonlySet<string> {
  const constant = new Set(index.initializers.keys());
  for (const node of index.order) {
    if (!valuesRead(node).every((name) => constant.has(name))) continue;
    for (const name of node.outputs) if (name !== "") constant.add(name);
  }
  return constant;
}
