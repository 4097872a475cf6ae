// Builds backward passes over one graph: nodes that come after it and read its values.
import { makeNode, makeValue } from "../onnx/build.ts";
import { indexGraph } from "../onnx/graph-index.ts";
import type { Node, OnnxModel, Tensor, ValueInfo } from "../onnx/model.ts";
import { standardOpset } from "../onnx/operator-sets.ts";
import type { Shape } from "../onnx/shapes/facts.ts";
import { inferFacts } from "../onnx/shapes/infer-facts.ts";
import { refuseWithoutRule, walkBackward } from "./backward.ts";
import type { GraphBuilder, Ref } from "./graph-builder.ts";
import { createGraphWriter, type GraphWriter } from "./graph-writer.ts";
import type { RuleTable } from "./rule.ts";

/** Where a backward pass starts: at an output or any inner value, with numbers of its shape. */
export interface Seed {
  readonly tensor: string;
  /** A new input of the graph by this name, or fixed numbers. */
  readonly upstream: { readonly input: string } | { readonly values: readonly number[] };
}

/** One backward pass: what starts at several seeds adds up. */
export interface Pass {
  readonly seeds: readonly Seed[];
  /** Values of the graph at which the result is wanted. */
  readonly wanted: readonly string[];
  readonly rules: RuleTable;
}

/** Where the results of a pass come out. */
export interface PassOutputs {
  /** The new inputs in the order of the seeds, under other names where the model has these; none for fixed numbers. */
  readonly seeds: readonly string[];
  /** The output that carries the result for each wanted value: `gradient of X`, in the shape of X. */
  readonly gradients: ReadonlyMap<string, string>;
}

export interface BackwardPasses {
  /** The model, of which some nodes give more results than before. */
  readonly forward: OnnxModel;
  /** Knows shapes and types of all values. */
  readonly builder: Pick<GraphBuilder, "dims" | "elementType">;
  readonly nodes: readonly Node[];
  readonly constants: readonly Tensor[];
  /** The seeds that are given from outside. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly passes: readonly PassOutputs[];
}

/**
 * What passes have in common is emitted once.
 * @param inputShapes shapes of inputs whose sizes the file leaves open; without one, an open first axis is 1.
 * @throws autodiff/unreachable, autodiff/no-rule, autodiff/unsupported, autodiff/unknown-shape
 */
export function buildBackward(
  model: OnnxModel,
  passes: readonly Pass[],
  inputShapes: ReadonlyMap<string, Shape> = new Map(),
): BackwardPasses {
  const index = indexGraph(model.graph);
  const facts = inferFacts(model, index, shapesForOnePicture(model, inputShapes));
  const writer = createGraphWriter({ index, facts, opset: standardOpset(model) ?? 0 });
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  const taken = new Set([...facts.keys(), ...model.graph.outputs.map(({ name }) => name)]);
  const results = passes.map(({ seeds, wanted, rules }) => {
    const starts = new Map(seeds.map((seed) => [seed.tensor, seed]));
    refuseWithoutRule({ index, facts, seeds: starts, wanted, rules });
    const started = startSeeds(seeds, writer, inputs);
    const found = walkBackward({ index, facts, writer, seeds: started.values, wanted, rules });
    const gradients = new Map(wanted.map((tensor) => [tensor, unused(`gradient of ${tensor}`, taken)]));
    return { found, outputs: { seeds: started.inputs, gradients } };
  });
  const named = results.flatMap(({ found, outputs: { gradients } }) =>
    [...found].map(([tensor, ref]): readonly [Ref, string] => [ref, gradients.get(tensor)!]),
  );
  const { builder } = writer;
  for (const [ref, output] of named)
    outputs.push(makeValue(output, builder.elementType(ref), builder.dims(ref)));
  const { nodes, constants, extended } = writer.emitted(named.map(([ref]) => ref));
  const graph = { ...model.graph, nodes: model.graph.nodes.map((node) => extended.get(node) ?? node) };
  return {
    forward: extended.size === 0 ? model : { ...model, graph },
    ...{ builder, nodes: withOutputs(nodes, named), constants, inputs, outputs },
    passes: results.map((result) => result.outputs),
  };
}

function startSeeds(
  seeds: readonly Seed[],
  { builder, declare }: GraphWriter,
  inputs: ValueInfo[],
): { readonly values: ReadonlyMap<string, Ref>; readonly inputs: readonly string[] } {
  const values = new Map<string, Ref>();
  const names: string[] = [];
  for (const { tensor, upstream } of seeds) {
    const [elementType, dims] = [builder.elementType(tensor), builder.dims(tensor)];
    if ("values" in upstream) {
      values.set(tensor, builder.constant(elementType, dims, upstream.values));
      continue;
    }
    const name = declare(upstream.input, elementType, dims);
    names.push(name);
    values.set(tensor, name);
    inputs.push(makeValue(name, elementType, dims));
  }
  return { values, inputs: names };
}

/** Gives results the names of the outputs; what a node gives to several outputs, or no node, is copied. */
function withOutputs(nodes: readonly Node[], named: readonly (readonly [Ref, string])[]): readonly Node[] {
  const own = new Set(nodes.flatMap(({ outputs }) => outputs));
  const names = new Map<Ref, string>();
  const copies: Node[] = [];
  for (const [ref, output] of named) {
    if (own.has(ref) && !names.has(ref)) names.set(ref, output);
    else copies.push(makeNode("Identity", [names.get(ref) ?? ref], [output]));
  }
  const renamed = (name: string) => names.get(name) ?? name;
  const changed = nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(renamed),
    outputs: node.outputs.map(renamed),
  }));
  return [...changed, ...copies];
}

/** Given shapes, and declared ones for one picture. */
function shapesForOnePicture(
  model: OnnxModel,
  given: ReadonlyMap<string, Shape>,
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
