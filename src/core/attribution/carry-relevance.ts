// The product of layers' matrices, each beside the identity, of which only the rows that the head reads are carried.
import { noDiscard } from "./discard.ts";
import { multiplyRow } from "./multiply-row.ts";
import { outputRow } from "./output-row.ts";
import { propagateRow } from "./propagate.ts";
import type { AttentionStack, FloatArray } from "./tensors.ts";

/** A layer's matrix C_l, `[N,N]`, made when it is first needed. */
export type LayerMatrix = () => FloatArray;

/**
 * `row (I + C_{L-1}) ... (I + C_s)`
 * @param row `[N]`, not changed.
 * @param layers those that take part, C_s first.
 * @returns `[N]`
 */
export function carryRow(
  row: Float64Array<ArrayBuffer>,
  layers: readonly LayerMatrix[],
): Float64Array<ArrayBuffer> {
  let carried = row;
  for (const layer of [...layers].reverse()) {
    const added = multiplyRow(carried, layer());
    carried = added.map((value, index) => value + carried[index]);
  }
  return carried;
}

/**
 * The rows of `(I + C_{L-1}) ... (I + C_s)` that the head reads, averaged.
 * @param layers those that take part, C_s first, >= 0.
 * @param rowNormalisation whether each row of `I + C_l` is divided by its sum.
 * @returns `[P]`, >= 0.
 * @see Chefer, Gur & Wolf 2021, eq. 13 and 14, https://arxiv.org/abs/2012.09838
 */
export function carryRelevance(
  stack: AttentionStack,
  layers: readonly LayerMatrix[],
  rowNormalisation: "off" | "on" = "off",
): Float64Array<ArrayBuffer> {
  let row = outputRow(stack);
  if (rowNormalisation === "off") row = carryRow(row, layers);
  else for (const layer of [...layers].reverse()) row = propagateRow(row, layer(), noDiscard, false, "row");
  return row.slice(stack.prefixTokens);
}
