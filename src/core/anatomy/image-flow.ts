// Follows the picture through the graph: which values carry it, and which also carry text.
import { type GraphIndex, valuesRead } from "../onnx/graph-index.ts";
import type { Node } from "../onnx/model.ts";

/** Sizes of a value say nothing of its content: data does not flow through these. */
const sizeOperators: ReadonlySet<string> = new Set(["Shape", "Size"]);

/** All values that depend on the content of `sources`, these included. */
export function valuesFrom(index: GraphIndex, sources: Iterable<string>): ReadonlySet<string> {
  const reached = new Set(sources);
  for (const node of index.order) {
    if (sizeOperators.has(node.opType)) continue;
    if (valuesRead(node).some((name) => reached.has(name))) addOutputs(node, reached);
  }
  return reached;
}

function addOutputs(node: Node, into: Set<string>): void {
  for (const output of node.outputs) if (output !== "") into.add(output);
}
