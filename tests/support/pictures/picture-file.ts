// A picture file and what must come out of it.
import type { PictureHeader } from "../../../src/core/vision/picture-header.ts";
import type { RgbaImage } from "../../../src/core/vision/rgba-image.ts";
import { gradientPicture, noisePicture } from "./noise.ts";

export interface PictureFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Upright and opaque, as Pillow's `convert("RGB")` after the EXIF orientation. */
  readonly expected: RgbaImage;
  /** Levels of 255 by which another decoder may differ. */
  readonly tolerance: number;
  readonly header: Partial<PictureHeader>;
}

/** The size of all test pictures: neither side is a multiple of anything. */
export const width = 37;
export const height = 29;
export const opaque = noisePicture(width, height, 1);
export const transparent = noisePicture(width, height, 2, true);
export const other = noisePicture(width, height, 3);
export const smooth = gradientPicture(width, height);

/** A picture from a colour for each pixel. */
export function picture(colour: (pixel: number) => readonly number[]): RgbaImage {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) data.set([...colour(pixel), 255], 4 * pixel);
  return { width, height, data };
}
