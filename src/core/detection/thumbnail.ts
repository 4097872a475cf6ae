// A small picture of one instance, cut out along its mask.
import { resampleFloat, resampleRgba } from "../vision/resample.ts";
import type { RgbaImage } from "../vision/rgba-image.ts";
import type { PictureSize } from "./detector-input.ts";
import type { InstanceMask } from "./paste-mask.ts";

/**
 * The rectangle of the mask, at most `longestSide` wide and high and never enlarged, with the mask as alpha.
 * @param pixels the whole picture, of any size.
 * @param canvas the size that the mask's coordinates belong to.
 */
export function instanceThumbnail(
  pixels: RgbaImage,
  mask: InstanceMask,
  canvas: PictureSize,
  longestSide = 96,
): RgbaImage {
  const across = pixels.width / canvas.width;
  const down = pixels.height / canvas.height;
  const scale = Math.min(1, longestSide / Math.max(mask.width * across, mask.height * down, 1));
  const whole = { width: atLeastOne(pixels.width * scale), height: atLeastOne(pixels.height * scale) };
  const columns = scaleSpan(mask.x, mask.width, canvas.width, whole.width, longestSide);
  const rows = scaleSpan(mask.y, mask.height, canvas.height, whole.height, longestSide);
  const box = { left: columns.start, top: rows.start, width: columns.length, height: rows.length };
  const { width, height, data } = resampleRgba(pixels, whole.width, whole.height, "bilinear", box);
  if (mask.data.length > 0) {
    const alpha = resampleFloat(Float32Array.from(mask.data), mask.width, mask.height, width, height, "box");
    for (let pixel = 0; pixel < alpha.length; pixel++) data[4 * pixel + 3] = 255 * alpha[pixel];
  }
  return { width, height, data };
}

/** A stretch of pixels on a longer or shorter axis: at least one pixel, inside the axis. */
function scaleSpan(
  start: number,
  length: number,
  from: number,
  to: number,
  longest: number,
): { readonly start: number; readonly length: number } {
  const first = Math.min(Math.round((start / from) * to), to - 1);
  const end = Math.max(Math.round(((start + length) / from) * to), first + 1);
  return { start: first, length: Math.min(end - first, longest, to - first) };
}

function atLeastOne(length: number): number {
  return Math.max(1, Math.round(length));
}
