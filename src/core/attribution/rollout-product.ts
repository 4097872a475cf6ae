// The product of all layers' discarded and normalised matrices, of which only the row that the head reads is carried.
import { type Discard, noDiscard, rankValues } from "./discard.ts";
import type { FusedLayer } from "./head-fusion.ts";
import { discardCount, layerIndex } from "./option-values.ts";
import { outputRow } from "./output-row.ts";
import { type Normalisation, propagateRow } from "./propagate.ts";
import { once } from "./remember.ts";
import type { AttentionStack } from "./tensors.ts";

/** A layer's matrix, made when it is first needed, and which of its entries go when so many of the smallest do. */
export interface RankedLayer {
  readonly fused: () => FusedLayer;
  readonly smallest: (count: number) => Discard;
}

/**
 * One layer after the other goes all the way, so that its matrix is read while it is in the processor's cache.
 * @param fusedAt F_l, `[N,N]`, >= 0.
 */
export function rankLayers(layers: number, fusedAt: (layer: number) => FusedLayer): readonly RankedLayer[] {
  return Array.from({ length: layers }, (_, layer) => {
    const fused = once(() => fusedAt(layer));
    const ranked = once(() => rankValues(fused()));
    return { fused, smallest: (count) => (count === 0 ? noDiscard : ranked()(count)) };
  });
}

/** What a rollout leaves open once its layers are there. */
export interface RolloutProductOptions {
  readonly discardRatio: number;
  readonly normalisation: Normalisation;
  readonly startLayer: number;
  /** Whether CLS to CLS survives the discard. */
  readonly keepFirst: boolean;
}

/**
 * The rows of `a_{L-1} ... a_s` that the head reads, `a_l = normalised((F_l + I) / 2)`.
 * @returns `[P]`, >= 0.
 * @throws attribution/bad-option for a start layer or a discard ratio outside its range.
 * @see Abnar & Zuidema 2020, eq. 1
 */
export function rolloutProduct(
  attention: AttentionStack,
  layers: readonly RankedLayer[],
  { discardRatio, normalisation, startLayer, keepFirst }: RolloutProductOptions,
): Float64Array<ArrayBuffer> {
  const count = discardCount(discardRatio, attention.tokens);
  const start = layerIndex("startLayer", startLayer, layers.length);
  let row = outputRow(attention);
  for (const { fused, smallest } of layers.slice(start).reverse()) {
    row = propagateRow(row, fused(), smallest(count), keepFirst, normalisation);
  }
  return row.slice(attention.prefixTokens);
}
