// The chosen instances as the classifier's view sees them: how much of every patch is foreground.
import type { Preprocessing } from "../models/descriptor.ts";
import { type Frame, planFrame } from "../vision/frame.ts";
import { resampleFloat } from "../vision/resample.ts";
import { resampleKernel } from "../vision/resample-kernel.ts";
import type { PictureSize } from "./detector-input.ts";
import type { Detections } from "./mask-rcnn2go.ts";
import type { InstanceMask } from "./paste-mask.ts";

export interface ForegroundView {
  /** Share of each patch that is foreground, 0..1, `[rows * columns]`. */
  readonly grid: Float32Array<ArrayBuffer>;
  /** The same for each pixel of the model's view, 0..255, `[size, size]`. */
  readonly coverage: Uint8Array<ArrayBuffer>;
  readonly size: number;
}

/**
 * The union of the chosen instances, shrunk by area to the model's framing, cut like the picture, then averaged over
 * each patch.
 * @param chosen indices into `detections.instances`; others are ignored.
 * @param picture size of the picture itself: the framing is planned on it, not on the mask canvas.
 */
export function foregroundView(
  detections: Detections,
  chosen: readonly number[],
  picture: PictureSize,
  preprocessing: Preprocessing,
  grid: { readonly rows: number; readonly columns: number },
): ForegroundView {
  const frame = planFrame(picture.width, picture.height, preprocessing);
  const { size } = frame;
  const view = shareOfArea(unionMask(detections, chosen), detections.canvas, frame);
  const coverage = new Uint8Array(view.length);
  for (let pixel = 0; pixel < view.length; pixel++) coverage[pixel] = 255 * view[pixel] + 0.5;
  return { grid: resampleFloat(view, size, size, grid.columns, grid.rows, "box"), coverage, size };
}

/** 1 where any chosen instance is, 0 elsewhere: `[canvas.height, canvas.width]`. */
export function unionMask(
  { instances, canvas }: Detections,
  chosen: readonly number[],
): Uint8Array<ArrayBuffer> {
  const union = new Uint8Array(canvas.width * canvas.height);
  for (const index of new Set(chosen)) {
    const mask = instances[index]?.mask;
    if (mask === undefined) continue;
    for (let row = 0; row < mask.height; row++)
      addRow(union, (mask.y + row) * canvas.width + mask.x, mask, row);
  }
  return union;
}

/** Rows of masks are a few long runs: finding and filling these is several times faster than going pixel by pixel. */
function addRow(union: Uint8Array, to: number, { width, data }: InstanceMask, row: number): void {
  const cells = data.subarray(row * width, (row + 1) * width);
  for (let start = cells.indexOf(1); start !== -1; ) {
    const next = cells.indexOf(0, start);
    const end = next === -1 ? width : next;
    union.fill(1, to + start, to + end);
    start = cells.indexOf(1, end);
  }
}

/**
 * The numbers of `resampleFloat(mask, ..., "box", frame)`, apart from float32 rounding in between: going down first
 * and adding whole rows of bytes is several times faster, and the user waits for this at every toggle.
 */
function shareOfArea(mask: Uint8Array, canvas: PictureSize, frame: Frame): Float32Array<ArrayBuffer> {
  const { size } = frame;
  const rows = resampleKernel(canvas.height, frame.resizedHeight, "box", frame.top, size);
  const columns = resampleKernel(canvas.width, frame.resizedWidth, "box", frame.left, size);
  const firstColumn = columns.starts[0];
  const endColumn = columns.starts[size - 1] + columns.lengths[size - 1];
  const shares = new Float32Array(size * size);
  const sums = new Float64Array(canvas.width);
  for (let row = 0; row < size; row++) {
    sums.fill(0);
    for (let tap = 0; tap < rows.lengths[row]; tap++) {
      const from = (rows.starts[row] + tap) * canvas.width;
      const weight = rows.weights[row * rows.taps + tap];
      for (let column = firstColumn; column < endColumn; column++)
        sums[column] += weight * mask[from + column];
    }
    for (let column = 0; column < size; column++) {
      let share = 0;
      for (let tap = 0; tap < columns.lengths[column]; tap++)
        share += sums[columns.starts[column] + tap] * columns.weights[column * columns.taps + tap];
      shares[row * size + column] = share;
    }
  }
  return shares;
}
