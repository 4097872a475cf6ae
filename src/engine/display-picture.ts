// The part of a picture that the model sees, as a bitmap for the page to draw.
import { XaiError } from "../core/errors.ts";
import type { Region } from "../core/vision/frame.ts";

/**
 * Cuts the region out, at fractions of pixels too, and scales it smoothly. For looking at only: the model's own pixels
 * are resized as Pillow does.
 */
export function displayPicture(
  bitmap: ImageBitmap,
  region: Region,
  width: number,
  height: number,
): ImageBitmap {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) throw new XaiError("internal/unexpected", { reason: "no 2D canvas in this worker" });
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, region.x, region.y, region.width, region.height, 0, 0, width, height);
  return canvas.transferToImageBitmap();
}
