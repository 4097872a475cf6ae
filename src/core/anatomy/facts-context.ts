// A graph with the sizes of its values.
import type { GraphIndex } from "../onnx/graph-index.ts";
import type { ValueFacts } from "../onnx/shapes/facts.ts";

/** A graph, and what is known of its values for a single picture. */
export interface FactsContext {
  readonly index: GraphIndex;
  readonly facts: ReadonlyMap<string, ValueFacts>;
  /** Version of the standard operators. */
  readonly opset: number;
}
