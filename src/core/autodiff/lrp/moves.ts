// Rows that relevance shares with gradients: operators that only move, pick, join and repeat elements.
import { gradient } from "../gradient.ts";
import type { RuleTable } from "../rule.ts";

/** What arrives goes where the elements came from. */
export const moves = {
  Reshape: gradient.Reshape,
  Flatten: gradient.Flatten,
  Squeeze: gradient.Squeeze,
  Unsqueeze: gradient.Unsqueeze,
  Transpose: gradient.Transpose,
  Expand: gradient.Expand,
  Tile: gradient.Tile,
  Identity: gradient.Identity,
  Dropout: gradient.Dropout,
  Cast: gradient.Cast,
  CastLike: gradient.CastLike,
  DepthToSpace: gradient.DepthToSpace,
  SpaceToDepth: gradient.SpaceToDepth,
  Slice: gradient.Slice,
  Split: gradient.Split,
  Concat: gradient.Concat,
  Gather: gradient.Gather,
  GatherND: gradient.GatherND,
  GatherElements: gradient.GatherElements,
  ScatterND: gradient.ScatterND,
  Pad: gradient.Pad,
  Where: gradient.Where,
  Trilu: gradient.Trilu,
  Max: gradient.Max,
  Min: gradient.Min,
  MaxPool: gradient.MaxPool,
  GlobalMaxPool: gradient.GlobalMaxPool,
  ReduceMax: gradient.ReduceMax,
  ReduceMin: gradient.ReduceMin,
} satisfies RuleTable;

/** Operators whose one varying input is what they move. */
export const movingOperators: ReadonlySet<string> = new Set([
  ...["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Expand", "Identity", "Dropout", "Cast"],
  ...["CastLike", "Slice", "Split", "Gather", "Pad"],
]);
