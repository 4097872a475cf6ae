// What rewriting rules ask of a graph: who writes a value, and what is known of it without a run.
import type { GraphIndex } from "../graph-index.ts";
import { indexGraph } from "../graph-index.ts";
import type { Node, OnnxModel, Tensor } from "../model.ts";
import { standardOpset } from "../operator-sets.ts";
import { knownValues, type Shape, unknownFacts, type ValueFacts } from "../shapes/facts.ts";
import { inferFacts } from "../shapes/infer-facts.ts";
import { tensorNumbers } from "../tensor-numbers.ts";
import { constantValues } from "./constant-values.ts";

export interface GraphView {
  readonly index: GraphIndex;
  /** Version of the standard operators. */
  readonly opset: number;
  readonly outputs: ReadonlySet<string>;
  /** Unknown facts for names that the graph does not have. */
  facts(name: string | undefined): ValueFacts;
  shape(name: string | undefined): Shape | null;
  /** The node that writes a value, if it is of this operator. */
  producer(name: string | undefined, opType?: string): Node | undefined;
  /** All elements of a small value that no input changes, row-major; null where there are too many or unknown ones. */
  numbers(name: string | undefined): readonly number[] | null;
  /** The only element, or the common one, of such a value. */
  scalar(name: string | undefined): number | null;
  /** All elements of an initializer of any size. Reads it whole: for vectors, not for matrices. */
  initializerNumbers(name: string): readonly number[] | null;
  /** Whether every element of an initializer is 0; stops at the first that is not. */
  isZero(name: string): boolean;
  /** Whether no input changes the value. */
  isConstant(name: string): boolean;
  /** Whether a node or somebody outside reads the value. */
  isRead(name: string | undefined): boolean;
  /** Whether one node reads the value, once, and nobody outside does. */
  isReadOnce(name: string): boolean;
}

/** @throws onnx/not-onnx where nodes wait for each other. */
export function viewGraph(model: OnnxModel): GraphView {
  const index = indexGraph(model.graph);
  const known = inferFacts(model, index, new Map());
  const outputs = new Set(model.graph.outputs.map(({ name }) => name));
  let constants: ReadonlySet<string> | undefined;
  const facts = (name: string | undefined) => known.get(name ?? "") ?? unknownFacts;
  const numbers = (name: string | undefined) => knownValues(facts(name));
  return {
    index,
    opset: standardOpset(model) ?? 0,
    outputs,
    facts,
    shape: (name) => facts(name).shape,
    producer(name, opType) {
      const node = index.producers.get(name ?? "");
      return opType === undefined || node?.opType === opType ? node : undefined;
    },
    numbers,
    scalar(name) {
      const [first, ...others] = numbers(name) ?? [];
      return first !== undefined && others.every((value) => value === first) ? first : null;
    },
    initializerNumbers(name) {
      const tensor = index.initializers.get(name);
      return tensor === undefined ? null : tensorNumbers(tensor);
    },
    isZero: (name) => hasOnlyZeroBytes(index.initializers.get(name)),
    isConstant(name) {
      // Few sweeps ask, and then only some nodes.
      constants ??= constantValues(index);
      return constants.has(name);
    },
    isRead: (name = "") => name !== "" && (outputs.has(name) || index.consumers.has(name)),
    isReadOnce(name) {
      const readers = index.consumers.get(name) ?? [];
      const [reader] = readers;
      const isOnce = readers.length === 1 && reader!.inputs.filter((input) => input === name).length === 1;
      return isOnce && !outputs.has(name);
    },
  };
}

/** Zero is stored as zero bytes in every element type. */
function hasOnlyZeroBytes(tensor: Tensor | undefined): boolean {
  const data = tensor?.data;
  if (data?.kind === "raw" || data?.kind === "packed") return data.bytes.every((byte) => byte === 0);
  if (data?.kind !== "external") return false;
  return data.file.subarray(data.offset, data.offset + data.length).every((byte) => byte === 0);
}
