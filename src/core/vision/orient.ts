// Turns and mirrors a stored picture so that it is upright.
import type { Orientation } from "./headers/format.ts";
import { packedPixels } from "./packed-pixels.ts";
import type { RgbaImage } from "./rgba-image.ts";

/** The picture as it is to be looked at; the same object where it is upright already. */
export function orientRgba(image: RgbaImage, orientation: Orientation): RgbaImage {
  if (orientation === 1) return image;
  const { width: storedWidth, height: storedHeight } = image;
  const turned = orientation >= 5;
  const width = turned ? storedHeight : storedWidth;
  const height = turned ? storedWidth : storedHeight;
  // In which stored column and row, counted from which side, an upright column and row lie.
  const fromRight = orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8;
  const fromBottom = orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7;
  const acrossStep = (fromRight ? -1 : 1) as number;
  const downStep = (fromBottom ? -1 : 1) * storedWidth;
  const start = (fromRight ? storedWidth - 1 : 0) + (fromBottom ? (storedHeight - 1) * storedWidth : 0);
  const columnStep = turned ? downStep : acrossStep;
  const rowStep = turned ? acrossStep : downStep;
  const from = packedPixels(image);
  const to = new Uint32Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      to[row * width + column] = from[start + row * rowStep + column * columnStep];
    }
  }
  return { width, height, data: new Uint8ClampedArray(to.buffer) };
}
