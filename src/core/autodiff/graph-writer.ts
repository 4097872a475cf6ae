// Collects the nodes that rules emit behind a graph, and what is known of their results.
import { XaiError } from "../errors.ts";
import { tensorAttribute } from "../onnx/attributes.ts";
import { makeNode } from "../onnx/build.ts";
import type { GraphIndex } from "../onnx/graph-index.ts";
import { ElementType, type Node, type Tensor } from "../onnx/model.ts";
import { unknownFacts, type ValueFacts } from "../onnx/shapes/facts.ts";
import { factsOfNode } from "../onnx/shapes/infer-facts.ts";
import { tensorNumbers } from "../onnx/tensor-numbers.ts";
import { makeConstant } from "./constants.ts";
import type { GraphCore, Ref, Result } from "./graph-builder.ts";
import { createOperations, type Operations } from "./operations.ts";

/** What was emitted so far. */
export interface Emitted {
  readonly nodes: readonly Node[];
  readonly constants: readonly Tensor[];
  /** Nodes of the graph that give more results than before, by the node that each replaces. */
  readonly extended: ReadonlyMap<Node, Node>;
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

export function createGraphWriter(options: GraphWriterOptions): GraphWriter {
  const facts = new Map(options.facts);
  const nameFor = createNames(facts.keys());
  const constants = new Map<string, Tensor>();
  const nodes: Node[] = [];
  const extended = new Map<Node, Node>();
  const core: GraphCore = {
    opset: options.opset,
    ...knowledgeOf(facts),
    ...constantMaker(facts, constants, nameFor),
    ...emitter(facts, nodes, nameFor, options.index),
    numbers: (ref) => numbersOf(ref, options.index, facts),
    optionalResult(node, place, result) {
      const original = options.index.producers.get(node.outputs[0]!);
      if (original?.opType !== node.opType) return null;
      const outputs = [...(extended.get(original) ?? original).outputs];
      if (outputs[place]) return outputs[place];
      while (outputs.length <= place) outputs.push("");
      const name = nameFor(node.opType);
      outputs[place] = name;
      extended.set(original, { ...original, outputs });
      facts.set(name, { elementType: result.elementType, shape: result.dims, values: null });
      return name;
    },
  };
  return {
    builder: { ...core, ...createOperations(core) },
    declare(base, elementType, dims) {
      const name = nameFor(base, facts.has(base) ? undefined : base);
      facts.set(name, { elementType, shape: dims, values: null });
      return name;
    },
    emitted: (needed) => liveParts(nodes, constants.values(), extended, needed),
  };
}

type Facts = Map<string, ValueFacts>;
type NameFor = (base: string, exact?: string) => string;

function knowledgeOf(facts: Facts): Pick<GraphCore, "dims" | "knownDims" | "elementType"> {
  const knownDims = (ref: Ref) => {
    const shape = facts.get(ref)?.shape ?? null;
    return shape?.includes(null) ? null : (shape as readonly number[] | null);
  };
  return {
    knownDims,
    dims(ref) {
      const dims = knownDims(ref);
      if (dims === null) throw new XaiError("autodiff/unknown-shape", { tensor: ref });
      return dims;
    },
    elementType(ref) {
      const elementType = facts.get(ref)?.elementType;
      if (elementType == null) throw new XaiError("autodiff/unknown-shape", { tensor: ref });
      return elementType;
    },
  };
}

function constantMaker(
  facts: Facts,
  constants: Map<string, Tensor>,
  nameFor: NameFor,
): Pick<GraphCore, "constant" | "integers"> {
  const constant: GraphCore["constant"] = (elementType, dims, values) => {
    const key = `${elementType}:${dims.join()}:${values.map(exactText).join()}`;
    const present = constants.get(key);
    if (present !== undefined) return present.name;
    const tensor = makeConstant(nameFor("constant"), elementType, dims, values);
    constants.set(key, tensor);
    facts.set(tensor.name, { elementType, shape: dims, values: values.length <= 64 ? values : null });
    return tensor.name;
  };
  return { constant, integers: (values) => constant(ElementType.int64, [values.length], values) };
}

function emitter(
  facts: Facts,
  nodes: Node[],
  nameFor: NameFor,
  index: GraphIndex,
): Pick<GraphCore, "emit" | "emitAll" | "producer"> {
  const producers = new Map<Ref, Node>();
  const known = new Map<string, readonly Ref[]>();
  const emitAll: GraphCore["emitAll"] = (opType, inputs, attributes, results) => {
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
  };
  return {
    emitAll,
    emit: (opType, inputs, attributes = {}, result = {}) => emitAll(opType, inputs, attributes, [result])[0]!,
    producer: (ref) => producers.get(ref) ?? index.producers.get(ref),
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
function createNames(taken: Iterable<string>): NameFor {
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

function liveParts(
  nodes: readonly Node[],
  constants: Iterable<Tensor>,
  extended: ReadonlyMap<Node, Node>,
  needed: Iterable<Ref>,
): Emitted {
  const live = new Set(needed);
  const kept: Node[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((output) => output !== "" && live.has(output))) continue;
    for (const input of node.inputs) live.add(input);
    kept.push(node);
  }
  const given = [...extended].filter(([original, node]) =>
    node.outputs.some((output) => live.has(output) && !original.outputs.includes(output)),
  );
  return {
    nodes: kept.reverse(),
    constants: [...constants].filter(({ name }) => live.has(name)),
    extended: new Map(given),
  };
}
