// Reads picture files in Node into the picture type that core works on; the pixels are as stored, EXIF is not applied.
import sharp from "sharp";
import type { RgbaImage } from "../../src/core/vision/rgba-image.ts";

/** The picture at `path` (PNG, JPEG, WebP, ...): 8-bit RGBA, no colour management, EXIF orientation ignored. */
export async function readPicture(path: string): Promise<RgbaImage> {
  const { data, info } = await sharp(path, { autoOrient: false, ignoreIcc: true })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 4) throw new Error(`${path}: expected 4 channels, got ${info.channels}`);
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}
