// What rules write with: they emit nodes behind a graph, and know shape and type of every value, their own included.
import type { AttributeInput } from "../onnx/build.ts";
import type { Node } from "../onnx/model.ts";
import type { Operations } from "./operations.ts";

/** Name of a value in the graph. */
export type Ref = string;

/** What a rule says about results whose facts cannot be inferred. */
export interface Result {
  readonly dims?: readonly number[];
  readonly elementType?: number;
}

export interface GraphCore {
  /** Version of the standard operators, which the emitted nodes follow too. */
  readonly opset: number;
  /** @throws autodiff/unknown-shape where a size is not known. */
  dims(ref: Ref): readonly number[];
  /** As `dims`, but null where a size is not known. */
  knownDims(ref: Ref): readonly number[] | null;
  /** ONNX's number, see `ElementType`. @throws autodiff/unknown-shape where it is not known. */
  elementType(ref: Ref): number;
  /** The elements of a constant; null for everything that a run computes. */
  numbers(ref: Ref): readonly number[] | null;
  /** The node that writes a value, of the graph or emitted. */
  producer(ref: Ref): Node | undefined;
  /** A constant; equal ones are shared. */
  constant(elementType: number, dims: readonly number[], values: readonly number[]): Ref;
  /** A list of int64, as shapes and axes are. */
  integers(values: readonly number[]): Ref;
  /** Emits a node and names its first result; a node that was emitted before is not repeated. */
  emit(
    opType: string,
    inputs: readonly Ref[],
    attributes?: Readonly<Record<string, AttributeInput>>,
    result?: Result,
  ): Ref;
  /** For nodes with several results, of which `null` ones are left out. */
  emitAll(
    opType: string,
    inputs: readonly Ref[],
    attributes: Readonly<Record<string, AttributeInput>>,
    results: readonly (Result | null)[],
  ): readonly Ref[];
  /**
   * A result that a node of the graph may give but does not yet, such as the mean of a LayerNormalization.
   * @returns null where `node` is none of the graph's.
   */
  optionalResult(node: Node, place: number, result: Required<Result>): Ref | null;
}

export interface GraphBuilder extends GraphCore, Operations {
  /** Whether the walk needs what flows to this value of the graph. */
  flowsTo(ref: Ref): boolean;
  /** What arrives at a result of the node at hand other than the first; null for nothing. */
  upstreamOf(ref: Ref): Ref | null;
  /** Whether a value of the graph is the same for every input: weights, and what is made of them alone. */
  isConstant(ref: Ref): boolean;
  /** The nodes between seeds and wanted values that read a value of the graph. */
  readersOf(ref: Ref): readonly Node[];
}
