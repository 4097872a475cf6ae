// The product of all layers' relevance matrices, of which only the row that the head reads is carried.
import { noDiscard } from "./discard.ts";
import { multiplyRow } from "./multiply-row.ts";
import { layerIndex } from "./option-values.ts";
import { outputRow } from "./output-row.ts";
import { propagateRow } from "./propagate.ts";
import type { AttentionStack, FloatArray } from "./tensors.ts";

export interface CarryOptions {
  readonly startLayer: number;
  /** Whether each row of `I + C_l` is divided by its sum. */
  readonly rowNormalisation: "off" | "on";
}

/**
 * The rows of `(I + C_{L-1}) ... (I + C_s)` that the head reads.
 * @param layers gives C_l, `[N,N]`, >= 0, for a layer that takes part.
 * @returns `[P]`, >= 0.
 * @throws attribution/bad-option for a start layer that does not exist.
 * @see Chefer, Gur & Wolf 2021, eq. 13 and 14, https://arxiv.org/abs/2012.09838
 */
export function carryRelevance(
  stack: AttentionStack,
  layers: readonly (() => FloatArray)[],
  { startLayer, rowNormalisation }: CarryOptions,
): Float64Array<ArrayBuffer> {
  const start = layerIndex("startLayer", startLayer, layers.length);
  let row = outputRow(stack);
  for (const layer of layers.slice(start).reverse()) {
    if (rowNormalisation === "on") row = propagateRow(row, layer(), noDiscard, false, "row");
    else {
      const added = multiplyRow(row, layer());
      for (let j = 0; j < row.length; j++) row[j] += added[j];
    }
  }
  return row.slice(stack.prefixTokens);
}
