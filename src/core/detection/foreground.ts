// The chosen instances as the classifier's view sees them: how much of every patch is foreground.
import type { Preprocessing } from "../models/descriptor.ts";
import { planFrame } from "../vision/frame.ts";
import { resampleFloat } from "../vision/resample.ts";
import type { PictureSize } from "./detector-input.ts";
import type { Detections } from "./mask-rcnn2go.ts";

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
  const { canvas } = detections;
  const { resizedWidth, resizedHeight, left, top, size } = planFrame(
    picture.width,
    picture.height,
    preprocessing,
  );
  const box = { left, top, width: size, height: size };
  const mask = unionMask(detections, chosen);
  const view = resampleFloat(mask, canvas.width, canvas.height, resizedWidth, resizedHeight, "box", box);
  return {
    grid: resampleFloat(view, size, size, grid.columns, grid.rows, "box"),
    coverage: Uint8Array.from(view, (share) => Math.round(255 * share)),
    size,
  };
}

/** 1 where any chosen instance is, 0 elsewhere: `[canvas.height, canvas.width]`. */
export function unionMask(
  { instances, canvas }: Detections,
  chosen: readonly number[],
): Float32Array<ArrayBuffer> {
  const union = new Float32Array(canvas.width * canvas.height);
  for (const index of new Set(chosen)) {
    const mask = instances[index]?.mask;
    if (mask === undefined) continue;
    for (let row = 0; row < mask.height; row++) {
      const from = row * mask.width;
      const to = (mask.y + row) * canvas.width + mask.x;
      for (let column = 0; column < mask.width; column++) {
        if (mask.data[from + column] === 1) union[to + column] = 1;
      }
    }
  }
  return union;
}
