// The step after the box head: which region holds which class, and where exactly.
import { type Box, boxAt, rowsAt } from "./boxes.ts";
import { clipBoxes, decodeBoxes } from "./decode-boxes.ts";
import type { FloatTensor, PictureSize } from "./detector-input.ts";
import { orderByScore, suppressOverlaps } from "./nms.ts";

// What Mask R-CNN2Go was published with (its BBoxTransform and BoxWithNMSLimit operators).
const candidateScore = 0.05;
const weights = [10, 10, 5, 5] as const;
const overlapLimit = 0.3;
const mostInstances = 100;
/** Not the network's: below one half a box is more often wrong than right. */
const leastScore = 0.5;

/** A box with its class, before it has a mask; in pixels of the detector's input. */
export interface Candidate {
  readonly classIndex: number;
  readonly score: number;
  readonly box: Box;
}

/**
 * The boxes that become instances, by descending score: classes are suppressed apart from each other.
 * @param probabilities `[N,C]`, class 0 is the background.
 * @param deltas `[N,4C]`
 * @param regions `[N,4]`
 */
export function chooseBoxes(
  probabilities: FloatTensor,
  deltas: FloatTensor,
  regions: Float32Array,
  size: PictureSize,
): readonly Candidate[] {
  const count = regions.length / 4;
  const classes = probabilities.data.length / count;
  const chosen: Candidate[] = [];
  for (let classIndex = 1; classIndex < classes; classIndex++) {
    const scores = column(probabilities.data, classes, classIndex);
    if (scores.every((score) => score < leastScore)) continue;
    const order = orderByScore(scores).filter((row) => scores[row] > candidateScore);
    const classDeltas = rowsAt(
      deltas.data,
      order.map((row) => row * classes + classIndex),
    );
    const boxes = decodeBoxes(rowsAt(regions, order), classDeltas, weights);
    clipBoxes(boxes, size.width, size.height);
    for (const place of suppressOverlaps(boxes, Int32Array.from(order.keys()), overlapLimit)) {
      const score = scores[order[place]];
      if (score >= leastScore) chosen.push({ classIndex, score, box: boxAt(boxes, place) });
    }
  }
  return chosen.sort((a, b) => b.score - a.score).slice(0, mostInstances);
}

/** One column of a `[N, width]` table. */
function column(table: Float32Array, width: number, index: number): Float32Array {
  const values = new Float32Array(table.length / width);
  for (let row = 0; row < values.length; row++) values[row] = table[row * width + index];
  return values;
}
