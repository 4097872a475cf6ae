// Lays an instance's small square of probabilities over the picture and thresholds it.
import type { Box } from "./boxes.ts";

/** Which pixels belong to an instance: only the rectangle where they can be is kept. */
export interface InstanceMask {
  /** Of the rectangle, in pixels of the mask canvas. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** `[height, width]`, 0 or 1. */
  readonly data: Uint8Array<ArrayBuffer>;
}

const threshold = 0.5;

/**
 * The square is padded with one ring of zeros, the box enlarged in the same proportion about its centre and truncated
 * to whole pixels; in between the probabilities are interpolated bilinearly (pixel centres at .5, edges repeated),
 * and a pixel belongs to the instance where the result is at least one half.
 * @param probabilities `[side, side]`, 0..1
 * @param box in pixels of the canvas.
 * @see Detectron's mask pasting, https://github.com/facebookresearch/Detectron
 */
export function pasteMask(
  probabilities: Float32Array,
  side: number,
  box: Box,
  canvas: { readonly width: number; readonly height: number },
): InstanceMask {
  const padded = padWithZeros(probabilities, side);
  const grown = growBox(box, (side + 2) / side);
  const x = Math.max(grown.x0, 0);
  const y = Math.max(grown.y0, 0);
  const width = Math.max(Math.min(grown.x1 + 1, canvas.width) - x, 0);
  const height = Math.max(Math.min(grown.y1 + 1, canvas.height) - y, 0);
  const columns = samplePoints(side + 2, grown.x1 - grown.x0 + 1, x - grown.x0, width);
  const rows = samplePoints(side + 2, grown.y1 - grown.y0 + 1, y - grown.y0, height);
  return { x, y, width, height, data: interpolate(padded, side + 2, columns, rows) };
}

function padWithZeros(values: Float32Array, side: number): Float32Array {
  const padded = new Float32Array((side + 2) * (side + 2));
  for (let row = 0; row < side; row++)
    padded.set(values.subarray(row * side, (row + 1) * side), (row + 1) * (side + 2) + 1);
  return padded;
}

function growBox(box: Box, factor: number): Box {
  const centreX = (box.x0 + box.x1) / 2;
  const centreY = (box.y0 + box.y1) / 2;
  const halfWidth = ((box.x1 - box.x0) / 2) * factor;
  const halfHeight = ((box.y1 - box.y0) / 2) * factor;
  return {
    x0: Math.trunc(centreX - halfWidth),
    y0: Math.trunc(centreY - halfHeight),
    x1: Math.trunc(centreX + halfWidth),
    y1: Math.trunc(centreY + halfHeight),
  };
}

/** For each output sample: the input sample before it, the one after it, and the share of the latter. */
interface SamplePoints {
  readonly count: number;
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly share: Float64Array;
}

function samplePoints(inputs: number, outputs: number, first: number, count: number): SamplePoints {
  const before = new Int32Array(count);
  const after = new Int32Array(count);
  const share = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const position = ((first + index + 0.5) * inputs) / outputs - 0.5;
    const clamped = Math.min(Math.max(position, 0), inputs - 1);
    before[index] = Math.floor(clamped);
    after[index] = Math.min(before[index] + 1, inputs - 1);
    share[index] = clamped - before[index];
  }
  return { count, before, after, share };
}

function interpolate(
  values: Float32Array,
  side: number,
  columns: SamplePoints,
  rows: SamplePoints,
): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(columns.count * rows.count);
  const blended = new Float64Array(side);
  for (let row = 0; row < rows.count; row++) {
    const above = rows.before[row] * side;
    const below = rows.after[row] * side;
    const share = rows.share[row];
    for (let column = 0; column < side; column++)
      blended[column] = values[above + column] * (1 - share) + values[below + column] * share;
    for (let column = 0; column < columns.count; column++) {
      const left = blended[columns.before[column]];
      const value = left + (blended[columns.after[column]] - left) * columns.share[column];
      mask[row * columns.count + column] = value >= threshold ? 1 : 0;
    }
  }
  return mask;
}
