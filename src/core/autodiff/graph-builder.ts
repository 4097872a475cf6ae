// What rules write with: emits nodes behind a graph, and knows the shape and type of every value, its own included.
import { XaiError } from "../errors.ts";
import { tensorAttribute } from "../onnx/attributes.ts";
import { type AttributeInput, makeNode } from "../onnx/build.ts";
import type { GraphIndex } from "../onnx/graph-index.ts";
import { ElementType, type Node, type Tensor } from "../onnx/model.ts";
import { unknownFacts, type ValueFacts } from "../onnx/shapes/facts.ts";
import { factsOfNode } from "../onnx/shapes/infer-facts.ts";
import { tensorNumbers } from "../onnx/tensor-numbers.ts";
import { makeConstant } from "./constants.ts";
import { createOperations, type Operations } from "./operations.ts";

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

/** What was emitted so far. */
export interface Emitted {
  readonly nodes: readonly Node[];
  readonly constants: readonly Tensor[];
}

export interface GraphWriter {
  readonly builder: GraphCore & Operations;
  /** A value that is given from outside, such as a new input of the graph. */
  declare(base: string, elementType: number, dims: readonly number[]): Ref;
  /** The nodes that `needed` values depend on, in execution order, and their constants. */
  emitted(needed: Iterable<Ref>): Emitted;
}

export interface GraphWriterOptions {
  readonly index: GraphIndex;
  readonly facts: ReadonlyMap<string, ValueFacts>;
  readonly opset: number;
}

export function createGraphWriter({ index, facts: given, opset }: GraphWriterOptions): GraphWriter {
  const facts = new Map(given);
  const nodes: Node[] = [];
  const producers = new Map<Ref, Node>();
  const constants = new Map<string, Tensor>();
  const known = new Map<string, readonly Ref[]>();
  const nameFor = createNames(given.keys());

  const core: GraphCore = {
    opset,
    dims(ref) {
      const dims = core.knownDims(ref);
      if (dims === null) throw new XaiError("autodiff/unknown-shape", { tensor: ref });
      return dims;
    },
    knownDims(ref) {
      const shape = facts.get(ref)?.shape ?? null;
      return shape?.includes(null) ? null : (shape as readonly number[] | null);
    },
    elementType(ref) {
      const elementType = facts.get(ref)?.elementType;
      if (elementType == null) throw new XaiError("autodiff/unknown-shape", { tensor: ref });
      return elementType;
    },
    numbers: (ref) => numbersOf(ref, index, facts),
    producer: (ref) => producers.get(ref) ?? index.producers.get(ref),
    constant(elementType, dims, values) {
      const key = `${elementType}:${dims.join()}:${values.map(exactText).join()}`;
      const present = constants.get(key);
      if (present !== undefined) return present.name;
      const tensor = makeConstant(nameFor("constant"), elementType, dims, values);
      constants.set(key, tensor);
      facts.set(tensor.name, { elementType, shape: dims, values: values.length <= 64 ? values : null });
      return tensor.name;
    },
    integers: (values) => core.constant(ElementType.int64, [values.length], values),
    emit: (opType, inputs, attributes = {}, result = {}) =>
      core.emitAll(opType, inputs, attributes, [result])[0]!,
    emitAll(opType, inputs, attributes, results) {
      const key = `${opType}(${inputs.join()})${JSON.stringify(attributes)}${results.length}`;
      const present = known.get(key);
      if (present !== undefined) return present;
      const outputs = results.map((result) => (result === null ? "" : nameFor(opType)));
      const node = { ...makeNode(opType, inputs, outputs, attributes), name: outputs.find(Boolean)! };
      nodes.push(node);
      known.set(key, outputs);
      const inferred = factsOfNode(node, facts);
      for (const [place, output] of outputs.entries()) {
        if (output === "") continue;
        producers.set(output, node);
        facts.set(output, completed(inferred[place] ?? unknownFacts, results[place]!));
      }
      return outputs;
    },
  };
  return {
    builder: { ...core, ...createOperations(core) },
    declare(base, elementType, dims) {
      const name = nameFor(base, facts.has(base) ? undefined : base);
      facts.set(name, { elementType, shape: dims, values: null });
      return name;
    },
    emitted: (needed) => liveParts(nodes, constants.values(), needed),
  };
}

function completed(inferred: ValueFacts, said: Result): ValueFacts {
  return {
    elementType: said.elementType ?? inferred.elementType,
    shape: said.dims ?? inferred.shape,
    values: said.dims === undefined ? inferred.values : null,
  };
}

/** Names that no value of the graph has, even where a graph was extended before. */
function createNames(taken: Iterable<string>): (base: string, exact?: string) => string {
  const names = [...taken];
  let prefix = "backward";
  for (let round = 2; names.some((name) => name.startsWith(`${prefix}/`)); round++)
    prefix = `backward${round}`;
  let count = 0;
  return (base, exact) => exact ?? `${prefix}/${base}_${count++}`;
}

/** JSON has one zero only. */
function exactText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function numbersOf(
  ref: Ref,
  index: GraphIndex,
  facts: ReadonlyMap<string, ValueFacts>,
): readonly number[] | null {
  const values = facts.get(ref)?.values;
  if (values?.every((value) => value !== null)) return values as readonly number[];
  const node = index.producers.get(ref);
  const tensor = index.initializers.get(ref) ?? (node && tensorAttribute(node, "value"));
  return tensor === undefined || node?.opType === "ConstantOfShape" ? null : tensorNumbers(tensor);
}

function liveParts(nodes: readonly Node[], constants: Iterable<Tensor>, needed: Iterable<Ref>): Emitted {
  const live = new Set(needed);
  const kept: Node[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((output) => output !== "" && live.has(output))) continue;
    for (const input of node.inputs) live.add(input);
    kept.push(node);
  }
  return { nodes: kept.reverse(), constants: [...constants].filter(({ name }) => live.has(name)) };
}
