// Puts final norm and head on any value of the residual stream: what the model would say after that block.
import { makeIntTensor, makeNode } from "../onnx/build.ts";
import type { Node, OnnxModel, Tensor } from "../onnx/model.ts";
import { standardOpset } from "../onnx/operator-sets.ts";
import { type Rerooted, reroot } from "../onnx/reroot.ts";
import type { ResidualStream } from "./anatomy.ts";

export interface HeadOptions {
  /** A value of the stream, X_{l+1} for LeGrad. */
  readonly tensor: string;
  /**
   * "head": the tokens as they are, of which the head reads what it always reads. "mean": every token is replaced by
   * the mean of all first, class token included, as LeGrad does before the norm.
   */
  readonly pooling: "head" | "mean";
  /** N. */
  readonly tokens: number;
  /** Name of the class scores. */
  readonly scores: string;
}

/**
 * The class scores that the head gives for another value of the stream, as a further value of the graph.
 * @returns the model with the head's copy, and the name of its scores `[1,C]`, not yet an output.
 * @throws autodiff/unreachable where the scores do not depend on the stream
 * @see Bousselham et al. 2024, LeGrad, https://arxiv.org/abs/2404.03214: s_l = head(norm(mean of X_{l+1}))
 */
export function rerootHead(
  model: OnnxModel,
  { head, tokenAxis }: Pick<ResidualStream, "head" | "tokenAxis">,
  { tensor, pooling, tokens, scores }: HeadOptions,
): Rerooted {
  const label = `${tensor}${pooling === "mean" ? " (mean)" : ""}`;
  if (pooling === "head") return reroot(model, { from: head.input, to: scores, onto: tensor, label });
  const { nodes, constants, output } = meanEverywhere(model, tensor, tokenAxis, tokens);
  const { graph } = model;
  const pooled = {
    ...model,
    graph: {
      ...graph,
      nodes: [...graph.nodes, ...nodes],
      initializers: [...graph.initializers, ...constants],
    },
  };
  return reroot(pooled, { from: head.input, to: scores, onto: output, label });
}

/** The mean of all tokens at every token's place, so that whatever the head reads is that mean. */
function meanEverywhere(
  model: OnnxModel,
  tensor: string,
  axis: number,
  tokens: number,
): { readonly nodes: readonly Node[]; readonly constants: readonly Tensor[]; readonly output: string } {
  const isAxisInput = (standardOpset(model) ?? 0) >= 18;
  const [mean, output] = [`mean token of ${tensor}`, `${tensor} with the mean token everywhere`];
  const [axes, repeats] = [`axis of ${mean}`, `shape of ${output}`];
  const shape = Array.from({ length: 3 }, (_, each) => (each === axis ? tokens : 1));
  const reduce = isAxisInput
    ? makeNode("ReduceMean", [tensor, axes], [mean], { keepdims: 1 })
    : makeNode("ReduceMean", [tensor], [mean], { axes: [axis], keepdims: 1 });
  return {
    nodes: [reduce, makeNode("Expand", [mean, repeats], [output])],
    constants: [
      ...(isAxisInput ? [makeIntTensor(axes, [1], [axis])] : []),
      makeIntTensor(repeats, [3], shape),
    ],
    output,
  };
}
