// Sorts attention softmaxes into the layers over all patches and the pooling heads, and refuses other kinds.
import type { Shape } from "../onnx/shapes/facts.ts";
import type { AttentionTensor } from "./anatomy.ts";
import { readAttentionShape } from "./attention-shape.ts";
import { noAttention } from "./refusals.ts";

export interface AttentionCandidate {
  readonly tensor: string;
  /** For a single picture. */
  readonly shape: Shape | null;
  readonly queriesFromImage: boolean;
}

export interface SortedAttention {
  readonly attention: readonly AttentionTensor[];
  readonly pooling: readonly AttentionTensor[];
}

/**
 * @throws anatomy/no-attention for windows, pooled keys, and token counts that change between layers.
 */
export function sortAttention(candidates: readonly AttentionCandidate[]): SortedAttention {
  const attention: AttentionTensor[] = [];
  const pooling: AttentionTensor[] = [];
  for (const { tensor, shape, queriesFromImage } of candidates) {
    const read = readAttentionShape(shape, queriesFromImage);
    if (read.kind === "refused") throw noAttention(read.reason);
    const sizes =
      read.kind === "unknown" ? { heads: null, tokens: null } : { heads: read.heads, tokens: read.tokens };
    const isPooling = read.kind === "pooling" || (read.kind === "unknown" && !queriesFromImage);
    (isPooling ? pooling : attention).push({ tensor, ...sizes });
  }
  refuseChangingTokens(attention);
  return { attention, pooling };
}

function refuseChangingTokens(attention: readonly AttentionTensor[]): void {
  const counts = new Set(attention.flatMap(({ tokens }) => tokens ?? []));
  if (counts.size <= 1) return;
  throw noAttention(`the number of tokens changes between layers (${[...counts].join(", ")})`);
}

/**
 * Tokens that are no patches.
 * @throws anatomy/no-attention where there are fewer tokens than patches.
 */
export function countPrefix(tokens: number, patches: number): number {
  if (tokens >= patches) return tokens - patches;
  throw noAttention(`attention runs over ${tokens} tokens where the picture is cut into ${patches} patches`);
}
