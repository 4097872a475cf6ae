// Writes into a graph what each token would contribute to the stream by itself.
import { makeFloatTensor, makeIntTensor, makeNode } from "../../core/onnx/build.ts";
import { indexGraph } from "../../core/onnx/graph-index.ts";
import type { Node, OnnxModel, Tensor } from "../../core/onnx/model.ts";
import { type Rerooted, reroot } from "../../core/onnx/reroot.ts";

export interface AttentionBranch {
  readonly attention: string;
  /** X_l and M_l. */
  readonly input: string;
  readonly mid: string;
  /** Of the attention. */
  readonly shape: readonly number[];
}

/**
 * Adds what an attention's branch would add to the stream if each token attended to itself alone: what it gives for
 * the identity as attention, less what it gives for none, which is the bias of its output weights.
 * @throws autodiff/unreachable
 */
export function withProjectedValues(
  model: OnnxModel,
  { attention, input, mid, shape }: AttentionBranch,
): Rerooted {
  const branch = addend(model, mid, input);
  const [identity, none] = [`identity for ${attention}`, `zeros for ${attention}`];
  const constants = matricesLike(model, attention, shape);
  const prepared = withParts(model, constants.nodes(identity, none), constants.tensors);
  const seen = reroot(prepared, {
    from: attention,
    to: branch,
    onto: identity,
    label: `itself in ${attention}`,
  });
  const bias = reroot(seen.model, {
    from: attention,
    to: branch,
    onto: none,
    label: `nothing in ${attention}`,
  });
  const output = `projected values of ${attention}`;
  const difference = makeNode("Sub", [seen.output, bias.output], [output]);
  return { model: withParts(bias.model, [difference], []), output };
}

/** What is added to `term` to make `sum`; the sum itself where it is no such addition. */
function addend(model: OnnxModel, sum: string, term: string): string {
  const producer = indexGraph(model.graph).producers.get(sum);
  if (producer?.opType !== "Add" || !producer.inputs.includes(term)) return sum;
  return producer.inputs.find((name) => name !== term) ?? sum;
}

/** An identity and zeros in the shape of attention, from constants that all layers share. */
function matricesLike(model: OnnxModel, attention: string, shape: readonly number[]) {
  const tokens = shape.at(-1) ?? 0;
  const [eye, zero, size] = ["identity of tokens", "no attention", `shape of ${attention}`];
  const values = new Float32Array(tokens * tokens);
  for (let token = 0; token < tokens; token++) values[token * (tokens + 1)] = 1;
  const shared = model.graph.initializers.some(({ name }) => name === eye)
    ? []
    : [makeFloatTensor(eye, [tokens, tokens], values), makeFloatTensor(zero, [1, 1], [0])];
  return {
    tensors: [...shared, makeIntTensor(size, [shape.length], shape)],
    nodes: (identity: string, none: string) => [
      makeNode("Expand", [eye, size], [identity]),
      makeNode("Expand", [zero, size], [none]),
    ],
  };
}

function withParts(model: OnnxModel, nodes: readonly Node[], constants: readonly Tensor[]): OnnxModel {
  const { graph } = model;
  return {
    ...model,
    graph: {
      ...graph,
      nodes: [...graph.nodes, ...nodes],
      initializers: [...graph.initializers, ...constants],
    },
  };
}
