// Takes a classifier's graph apart by data flow: picture in, patches, attention softmaxes, class scores out.
import type { OnnxModel } from "../onnx/model.ts";
import type { AttentionLayer, ClassifierAnatomy } from "./anatomy.ts";
import { findOperands } from "./attention-operands.ts";
import { findHead } from "./find-head.ts";
import { findLogits } from "./find-logits.ts";
import { findPatches } from "./find-patches.ts";
import { createFlowContext, type FlowContext } from "./flow-context.ts";
import {
  attentionFree,
  onlyPooling,
  refuseChannelAttention,
  refuseFused,
  refuseHidden,
  refuseQuantised,
} from "./refusals.ts";
import { findStream } from "./residual-stream.ts";
import { findAttention, hiddenAttention, type MixingAttention } from "./softmax-attention.ts";
import { sortAttention } from "./sort-attention.ts";

/**
 * Sizes are those for a single picture; what the graph leaves open is null, see `completeAnatomy`.
 * @throws anatomy/no-attention for graphs without N x N attention over the whole picture, with the reason.
 * @throws anatomy/quantised where activations are rounded to 8 bits.
 * @throws anatomy/unsupported-input where the picture's input or the scores cannot be told.
 * @throws onnx/not-onnx where nodes wait for each other.
 */
export function dissect(model: OnnxModel): ClassifierAnatomy {
  return dissectTransformer(model, createFlowContext(model)).anatomy;
}

/**
 * As `dissect`, for a context that was made already.
 * @returns also the context in which sizes are bound that the patches told.
 * @throws see `dissect`
 */
export function dissectTransformer(
  model: OnnxModel,
  context: FlowContext,
): { readonly anatomy: ClassifierAnatomy; readonly context: FlowContext } {
  refuseQuantised(context);
  refuseFused(context);
  const found = findAttention(context);
  refuseHidden(hiddenAttention(context, found), found);
  if (found.length === 0) throw attentionFree(context);
  for (const each of found) refuseChannelAttention(context, each);
  const sorted = sortAttention(
    found.map((each) => ({ ...each, shape: context.facts.get(each.tensor)?.shape ?? null })),
  );
  if (sorted.attention.length === 0) throw onlyPooling();
  const softmaxes = sorted.attention.map(({ tensor }) => found.find((each) => each.tensor === tensor)!);
  const { tokens } = sorted.attention[0]!;
  const { size, grid, patchSize, prefixTokens } = findPatches(context, softmaxes[0]!, tokens);
  if (context.inputs.input.size === null && size !== null) {
    return dissectTransformer(model, createFlowContext(model, size));
  }
  const logits = findLogits(context);
  const stream = findStream(context, softmaxes, logits.name, tokens);
  const isMissing = "missing" in stream;
  const anatomy = {
    ...{ ...context.inputs, logits },
    attention: sorted.attention.map((each, layer) => describedLayer(context, each, softmaxes[layer]!)),
    pooling: sorted.pooling,
    stream: isMissing
      ? null
      : { tokenAxis: stream.tokenAxis, blocks: stream.blocks, head: findHead(context, stream, logits.name) },
    ...{ patchSize, grid, tokens, prefixTokens },
    gaps: isMissing ? [stream.missing] : [],
  };
  return { anatomy, context };
}

function describedLayer(
  context: FlowContext,
  sizes: Pick<AttentionLayer, "tensor" | "heads" | "tokens">,
  found: MixingAttention,
): AttentionLayer {
  return { ...sizes, scores: found.softmax.inputs[0]!, ...findOperands(context, found) };
}
