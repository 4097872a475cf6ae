// Tells how the picture is cut into patches, and which tokens beside them are none.
import type { Grid, SpatialLayout } from "./anatomy.ts";
import type { FlowContext } from "./flow-context.ts";
import { countJoinedTokens, findPatchGrid, type PatchGrid } from "./patch-grid.ts";
import { noAttention } from "./refusals.ts";
import type { MixingAttention } from "./softmax-attention.ts";
import { countPrefix } from "./sort-attention.ts";

/** null: only a run tells. */
export interface Patches extends PatchGrid {
  /** Side of the picture. */
  readonly size: number | null;
  readonly prefixTokens: number | null;
}

/**
 * The patches are followed to the first attention; where the graph leaves sizes open, they are told from the cut.
 * @throws anatomy/no-attention where tokens stand behind the patches, or there are fewer tokens than patches.
 */
export function findPatches(context: FlowContext, first: MixingAttention, tokens: number | null): Patches {
  const { size } = context.inputs.input;
  const layout = first.product.inputs
    .map((name) => context.places.get(name))
    .find((each) => each?.kind === "tokens");
  if (layout?.kind === "tokens" && size !== null && tokens !== null) return followed(layout, size, tokens);
  const joined = countJoinedTokens(context, first.tensor);
  const cut = findPatchGrid(context, first.tensor, context.inputs.input.name);
  const square = squarePatches(size, cut, tokens, joined);
  const isCounted = square.grid !== null && tokens !== null;
  const prefixTokens = isCounted ? countPrefix(tokens, patchesOf(square.grid)) : joined;
  return { ...square, prefixTokens };
}

function followed(
  { first, grid }: SpatialLayout & { readonly kind: "tokens" },
  size: number,
  tokens: number,
): Patches {
  const behind = countPrefix(tokens, patchesOf(grid)) - first;
  if (behind > 0) {
    throw noAttention(
      `${behind} of its ${tokens} tokens stand behind the patches (registers or memory tokens at the end), and only ` +
        "tokens before the patches are supported",
    );
  }
  return { size, grid, patchSize: size / grid.rows, prefixTokens: first };
}

function patchesOf({ rows, columns }: Grid): number {
  return rows * columns;
}

/**
 * What the graph leaves open of picture and patches, told by the tokens: learnt positions fix their number even
 * where the size of the picture is open, and a cut that is not recognised makes as many patches as tokens are left.
 * The patches are then taken to form a square.
 */
function squarePatches(
  size: number | null,
  { grid, patchSize }: PatchGrid,
  tokens: number | null,
  joined: number | null,
): Omit<Patches, "prefixTokens"> {
  const side = tokens === null || joined === null ? Number.NaN : Math.sqrt(tokens - joined);
  if (grid !== null || !Number.isInteger(side) || side === 0) return { size, grid, patchSize };
  const square = { rows: side, columns: side };
  if (size === null && patchSize !== null) return { size: side * patchSize, grid: square, patchSize };
  if (size !== null && size % side === 0) return { size, grid: square, patchSize: size / side };
  return { size, grid, patchSize };
}
