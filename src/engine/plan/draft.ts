// A graph to which plans add what they read and the file does not compute by itself.
import type { StreamBlock } from "../../core/anatomy/anatomy.ts";
import { rerootHead } from "../../core/anatomy/reroot-head.ts";
import { XaiError } from "../../core/errors.ts";
import type { OnnxModel } from "../../core/onnx/model.ts";
import { type Rerooted, reroot } from "../../core/onnx/reroot.ts";
import type { Network } from "./network.ts";
import { withProjectedValues } from "./projected-values.ts";

export interface Draft {
  /** The graph with everything that was added so far. */
  readonly model: () => OnnxModel;
  /**
   * The class scores of every block: final norm and head put on X_{l+1}.
   * @throws autodiff/unreachable
   */
  localScores(pooling: "mean" | "head"): readonly string[];
  /**
   * The class scores that the pooler gives on X_{l+1} without the final norm, and its attention there.
   * @throws autodiff/unreachable
   */
  pooledScores(): readonly { readonly scores: string; readonly attention: string }[];
  /** See `Tensors.projectedValues`, a value for each layer. */
  projectedValues(): readonly string[];
}

/** @param network a transformer whose residual stream is known, for all that is asked of the draft. */
export function createDraft(network: Network): Draft {
  let { model } = network;
  const made = new Map<string, unknown>();
  /** Adds something for every block, the first time it is asked for. */
  function forEachBlock<Result>(label: string, make: (block: StreamBlock, layer: number) => Result) {
    if (!made.has(label)) made.set(label, network.transformer?.stream?.blocks.map(make) ?? []);
    return made.get(label) as readonly Result[];
  }
  const add = (extended: Rerooted) => {
    model = extended.model;
    return extended.output;
  };
  const parts = () => partsOf(network);
  return {
    model: () => model,
    localScores: (pooling) =>
      forEachBlock(`local scores ${pooling}`, ({ output: tensor }) => {
        const { stream, tokens, scores } = parts();
        return add(rerootHead(model, stream, { tensor, pooling, tokens, scores }));
      }),
    pooledScores: () =>
      forEachBlock("pooled scores", ({ output: onto }, layer) => {
        const { stream, pooler, scores: to } = parts();
        const label = `pooler after block ${layer}`;
        const from = stream.head.norm ?? stream.head.input;
        return { scores: add(reroot(model, { from, to, onto, label })), attention: `${pooler} of ${label}` };
      }),
    projectedValues: () =>
      forEachBlock("projected values", ({ input, mid }, layer) => {
        const { tensor: attention } = parts().attention[layer];
        const shape = network.shapes.get(attention) ?? [];
        return add(withProjectedValues(model, { attention, shape, input, mid }));
      }),
  };
}

function partsOf({ transformer, logits }: Network) {
  if (!transformer?.stream) throw new XaiError("engine/no-result", { what: "residual stream" });
  const { stream, tokens, attention, pooling } = transformer;
  return { stream, tokens, attention, pooler: pooling[0]?.tensor ?? "", scores: logits.name };
}
