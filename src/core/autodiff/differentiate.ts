// Writes a backward pass into a graph: new inputs for the seeds, new outputs for what arrives at wanted values.
import { makeNode, makeValue } from "../onnx/build.ts";
import { type GraphIndex, indexGraph } from "../onnx/graph-index.ts";
import type { Node, OnnxModel, Tensor, ValueInfo } from "../onnx/model.ts";
import { standardOpset } from "../onnx/operator-sets.ts";
import type { Shape } from "../onnx/shapes/facts.ts";
import { inferFacts } from "../onnx/shapes/infer-facts.ts";
import { walkBackward } from "./backward.ts";
import { createGraphWriter, type GraphBuilder, type Ref } from "./graph-builder.ts";
import type { RuleTable } from "./rule.ts";

/** Where a backward pass starts: at an output or any inner value, with numbers of its shape. */
export interface Seed {
  readonly tensor: string;
  /** A new input of the graph by this name, or fixed numbers. */
  readonly upstream: { readonly input: string } | { readonly values: readonly number[] };
}

export interface DifferentiateOptions {
  readonly seeds: readonly Seed[];
  /** Values of the graph at which the result is wanted. */
  readonly wanted: readonly string[];
  readonly rules: RuleTable;
  /** Shapes of inputs whose sizes the file leaves open; without one, an open first axis is 1. */
  readonly inputShapes?: ReadonlyMap<string, Shape>;
}

export interface Differentiated {
  readonly model: OnnxModel;
  /** The new inputs in the order of the seeds, under other names where the model has these; none for fixed numbers. */
  readonly seeds: readonly string[];
  /** The output that carries the result for each wanted value: `gradient of X`, in the shape of X. */
  readonly gradients: ReadonlyMap<string, string>;
}

/**
 * The model with a backward pass behind it; its own nodes stay as they are and both passes share them.
 * It can be applied again to the result, for another seed.
 * @throws autodiff/unreachable, autodiff/no-rule, autodiff/unsupported, autodiff/unknown-shape
 */
export function differentiate(model: OnnxModel, options: DifferentiateOptions): Differentiated {
  const { nodes, constants, inputs, outputs, gradients, seeds } = buildBackward(model, options);
  const graph = {
    ...model.graph,
    nodes: [...model.graph.nodes, ...nodes],
    initializers: [...model.graph.initializers, ...constants],
    inputs: [...model.graph.inputs, ...inputs],
    outputs: [...model.graph.outputs, ...outputs],
  };
  return { model: { ...model, graph }, gradients, seeds };
}

/** A backward pass by itself: nodes that read values of the model, which they come after. */
export interface BackwardPass extends Omit<Differentiated, "model"> {
  readonly index: GraphIndex;
  /** Knows shapes and types of all values of the model. */
  readonly builder: Pick<GraphBuilder, "dims" | "elementType">;
  readonly nodes: readonly Node[];
  readonly constants: readonly Tensor[];
  /** The seeds that are given from outside. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

/** @throws see `differentiate` */
export function buildBackward(model: OnnxModel, options: DifferentiateOptions): BackwardPass {
  const index = indexGraph(model.graph);
  const facts = inferFacts(model, index, inputShapes(model, options.inputShapes));
  const writer = createGraphWriter({ index, facts, opset: standardOpset(model) ?? 0 });
  const { builder } = writer;
  const inputs: ValueInfo[] = [];
  const seeds = new Map<string, Ref>();
  for (const { tensor, upstream } of options.seeds) {
    const [elementType, dims] = [builder.elementType(tensor), builder.dims(tensor)];
    if ("values" in upstream) seeds.set(tensor, builder.constant(elementType, dims, upstream.values));
    else {
      const name = writer.declare(upstream.input, elementType, dims);
      inputs.push(makeValue(name, elementType, dims));
      seeds.set(tensor, name);
    }
  }
  const { wanted, rules } = options;
  const results = walkBackward({ index, facts, writer, seeds, wanted, rules });
  const { nodes, constants } = writer.emitted(results.values());
  const taken = new Set([...facts.keys(), ...model.graph.outputs.map(({ name }) => name)]);
  const gradients = new Map(wanted.map((tensor) => [tensor, unused(`gradient of ${tensor}`, taken)]));
  const outputs = wanted.map((tensor) =>
    makeValue(gradients.get(tensor)!, builder.elementType(tensor), builder.dims(tensor)),
  );
  const named = [...results].map(([tensor, ref]) => makeNode("Identity", [ref], [gradients.get(tensor)!]));
  const all = [...nodes, ...named];
  return {
    index,
    builder,
    nodes: all,
    constants,
    inputs,
    outputs,
    gradients,
    seeds: inputs.map(({ name }) => name),
  };
}

/** Declared shapes for one picture. */
function inputShapes(
  model: OnnxModel,
  given: ReadonlyMap<string, Shape> = new Map(),
): ReadonlyMap<string, Shape> {
  const initialised = new Set(model.graph.initializers.map(({ name }) => name));
  const shapes = new Map(given);
  for (const { name, type } of model.graph.inputs) {
    if (initialised.has(name) || shapes.has(name) || type?.kind !== "tensor" || type.shape === null) continue;
    const sizes = type.shape.map(({ size }) => (typeof size === "number" ? size : null));
    shapes.set(
      name,
      sizes.map((size, axis) => (axis === 0 ? (size ?? 1) : size)),
    );
  }
  return shapes;
}

function unused(base: string, taken: Set<string>): string {
  let name = base;
  for (let round = 2; taken.has(name); round++) name = `${base} (${round})`;
  taken.add(name);
  return name;
}
