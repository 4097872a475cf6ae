// Lets a graph give out inner values, so that one run yields attention beside the scores.
import { makeUntypedValue } from "../onnx/build.ts";
import type { OnnxModel } from "../onnx/model.ts";

/**
 * Adds graph outputs; names that are outputs already are left as they are, and nothing else changes.
 * The new outputs carry no type: onnxruntime infers it.
 */
export function exposeOutputs(model: OnnxModel, tensorNames: readonly string[]): OnnxModel {
  const present = new Set(model.graph.outputs.map(({ name }) => name));
  const added = [...new Set(tensorNames)].filter((name) => !present.has(name)).map(makeUntypedValue);
  return { ...model, graph: { ...model.graph, outputs: [...model.graph.outputs, ...added] } };
}
