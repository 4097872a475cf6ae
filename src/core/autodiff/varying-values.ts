// Tells what depends on the picture from what is the same for every picture.
import { type GraphIndex, valuesRead } from "../onnx/graph-index.ts";

/** Inputs that no initializer fills, and all that is computed from their elements; their sizes are fixed. */
export function varyingValues({ graph, order, initializers }: GraphIndex): ReadonlySet<string> {
  const inputs = graph.inputs.map(({ name }) => name).filter((name) => !initializers.has(name));
  const varying = new Set(inputs);
  for (const node of order) {
    if (sizeReaders.has(node.opType) || !valuesRead(node).some((name) => varying.has(name))) continue;
    for (const output of node.outputs) varying.add(output);
  }
  return varying;
}

const sizeReaders: ReadonlySet<string> = new Set(["Shape", "Size"]);
