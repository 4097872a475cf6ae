// The region proposal step: from scored, shifted anchors to the few regions worth a closer look.
import { type AnchorGrid, anchorsAt, gridOrder } from "./anchors.ts";
import { rowsAt } from "./boxes.ts";
import { clipBoxes, decodeBoxes } from "./decode-boxes.ts";
import type { FloatTensor, PictureSize } from "./detector-input.ts";
import { orderByScore, suppressOverlaps } from "./nms.ts";

// What Mask R-CNN2Go was published with (its GenerateProposals operator).
const stride = 16;
const mostBeforeSuppression = 3000;
const overlapLimit = 0.7;
const mostRegions = 120;
const unitWeights = [1, 1, 1, 1] as const;

/**
 * The regions worth a closer look, `[N,4]`, best first.
 * @param scores `[1,A,h,w]`
 * @param deltas `[1,4A,h,w]`
 */
export function proposeRegions(
  scores: FloatTensor,
  deltas: FloatTensor,
  anchors: Float32Array,
  size: PictureSize,
): Float32Array {
  const grid: AnchorGrid = { anchors, rows: scores.dims[2], columns: scores.dims[3], stride: stride };
  const order = orderByScore(gridOrder(scores.data, grid, 1), mostBeforeSuppression);
  const bestDeltas = rowsAt(gridOrder(deltas.data, grid, 4), order);
  const boxes = decodeBoxes(anchorsAt(grid, order), bestDeltas, unitWeights);
  clipBoxes(boxes, size.width, size.height);
  const places = Int32Array.from(order.keys());
  const kept = suppressOverlaps(boxes, places, overlapLimit, mostRegions);
  return rowsAt(boxes, kept);
}
