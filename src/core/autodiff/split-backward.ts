// The same gradients as two models: a forward pass that also gives out what a backward pass reads, and the backward
// pass alone, so that another class costs no second forward pass. What no seed changes runs with the forward pass.
import { makeValue } from "../onnx/build.ts";
import { type GraphIndex, indexGraph, valuesRead } from "../onnx/graph-index.ts";
import type { Graph, Node, OnnxModel, ValueInfo } from "../onnx/model.ts";
import type { Shape } from "../onnx/shapes/facts.ts";
import { type BackwardPasses, buildBackward, type Pass, type PassOutputs } from "./backward-pass.ts";

export interface SplitModels {
  /** The model, with what backward passes need beside the seed, and with `kept` among its outputs. */
  readonly forward: OnnxModel;
  /** Takes the seeds and `kept` (and inputs of the model that it needs); its weights are the model's own bytes. */
  readonly backward: OnnxModel;
  /** Values that the caller hands from the forward to the backward pass, under the same names. */
  readonly kept: readonly string[];
  /** Inputs and outputs of `backward`, per pass. */
  readonly passes: readonly PassOutputs[];
}

/**
 * @param inputShapes shapes of inputs whose sizes the file leaves open; without one, an open first axis is 1.
 * @throws autodiff/unreachable, autodiff/no-rule, autodiff/unsupported, autodiff/unknown-shape
 */
export function splitBackward(
  model: OnnxModel,
  passes: readonly Pass[],
  inputShapes?: ReadonlyMap<string, Shape>,
): SplitModels {
  const built = buildBackward(model, passes, inputShapes);
  const { early, late } = bySeed(built);
  const { graph } = built.forward;
  const ahead = {
    ...graph,
    nodes: [...graph.nodes, ...early],
    initializers: [...graph.initializers, ...built.constants],
  };
  const index = indexGraph(ahead);
  const plan = planReads(late, built.inputs, index);
  const given = new Set(graph.inputs.map(({ name }) => name));
  const kept = plan.taken.filter((name) => !given.has(name));
  const shown = new Set(graph.outputs.map(({ name }) => name));
  const added = kept.filter((name) => !shown.has(name)).map((name) => typed(name, built));
  const needed = nodesBehind(index, kept, new Set());
  const forward = withNodes(ahead, [...graph.nodes, ...early.filter((node) => needed.has(node))]);
  const copied = index.order.filter((node) => plan.copied.has(node));
  const backward = {
    ...withNodes(ahead, [...copied, ...late]),
    inputs: [...built.inputs, ...plan.taken.map((name) => typed(name, built))],
    outputs: built.outputs,
    valueInfo: [],
  };
  return {
    forward: { ...model, graph: { ...forward, outputs: [...graph.outputs, ...added] } },
    backward: { ...model, graph: backward },
    ...{ kept, passes: built.passes },
  };
}

/** Nodes of the backward passes that do not depend on a seed, and may run once with the forward pass, and the others. */
function bySeed({ nodes, inputs, outputs }: BackwardPasses): {
  readonly early: readonly Node[];
  readonly late: readonly Node[];
} {
  const results = new Set(outputs.map(({ name }) => name));
  const dependent = new Set(inputs.map(({ name }) => name));
  const late = nodes.filter((node) => {
    const isLate = [...node.inputs, ...node.outputs].some((name) => dependent.has(name) || results.has(name));
    if (isLate) for (const output of node.outputs) dependent.add(output);
    return isLate;
  });
  const isLate = new Set(late);
  return { early: nodes.filter((node) => !isLate.has(node)), late };
}

/** Only with the weights that the nodes read, or that are given out as they are. */
function withNodes(graph: Graph, nodes: readonly Node[]): Graph {
  const read = new Set([...nodes.flatMap(valuesRead), ...graph.outputs.map(({ name }) => name)]);
  return { ...graph, nodes, initializers: graph.initializers.filter(({ name }) => read.has(name)) };
}

interface ReadPlan {
  /** Values of the forward pass that the backward pass takes in. */
  readonly taken: readonly string[];
  /** Nodes of the forward pass that the backward pass repeats. */
  readonly copied: ReadonlySet<Node>;
}

/**
 * Constants are worked out again, and so is what cheap steps make of values that are taken anyway; everything else
 * that depends on the picture is taken.
 */
function planReads(late: readonly Node[], seeds: readonly ValueInfo[], index: GraphIndex): ReadPlan {
  const own = new Set([...late.flatMap(({ outputs }) => outputs), ...seeds.map(({ name }) => name)]);
  const read = new Set(late.flatMap(valuesRead).filter((name) => !own.has(name)));
  const fixed = constantValues(index);
  const taken = index.graph.inputs.flatMap(({ name }) => (read.has(name) && !fixed.has(name) ? [name] : []));
  const derivable = new Set([...fixed, ...taken]);
  for (const node of index.order) {
    const isCheap = cheap.has(node.opType) && valuesRead(node).every((name) => derivable.has(name));
    for (const output of node.outputs) {
      if (isCheap) derivable.add(output);
      if (!read.has(output) || derivable.has(output)) continue;
      taken.push(output);
      derivable.add(output);
    }
  }
  return { taken, copied: nodesBehind(index, read, new Set(taken)) };
}

/** Steps that cost less than to move their result out of one session and into another. */
const cheap: ReadonlySet<string> = new Set([
  ...["Add", "Sub", "Mul", "Div", "Neg", "Identity", "Cast", "Where"],
  ...[
    "Reshape",
    "Flatten",
    "Squeeze",
    "Unsqueeze",
    "Transpose",
    "Split",
    "Slice",
    "Gather",
    "Concat",
    "Expand",
  ],
]);

/** Values that no input changes; initializers among the inputs are defaults, which nobody overrides here. */
function constantValues(index: GraphIndex): ReadonlySet<string> {
  const fixed = new Set(index.initializers.keys());
  for (const node of index.order) {
    if (valuesRead(node).every((name) => fixed.has(name)))
      for (const output of node.outputs) fixed.add(output);
  }
  return fixed;
}

/** The nodes that make the values `names`, back to those that are `taken` and to initializers. */
function nodesBehind(
  index: GraphIndex,
  names: Iterable<string>,
  taken: ReadonlySet<string>,
): ReadonlySet<Node> {
  const found = new Set<Node>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const node = index.producers.get(name);
    if (taken.has(name) || node === undefined || found.has(node)) continue;
    found.add(node);
    waiting.push(...valuesRead(node));
  }
  return found;
}

function typed(name: string, { builder }: BackwardPasses): ValueInfo {
  return makeValue(name, builder.elementType(name), builder.dims(name));
}
