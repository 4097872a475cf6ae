// Pictures for engine tests in Node, and what a browser does for them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import type { Region } from "../../src/core/vision/frame.ts";
import { witnesses } from "../support/witnesses.ts";

/** Decoding as PIL does it, and bitmaps that remember what was drawn. */
export function pictureTools() {
  const decoded: string[] = [];
  const closed: unknown[] = [];
  const drawn: Region[] = [];
  return {
    decoded,
    closed,
    drawn,
    decode: async (blob: Blob) => {
      const { data, info } = await sharp(Buffer.from(await blob.arrayBuffer()), { autoOrient: false })
        .toColourspace("srgb")
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      decoded.push(`${info.width}x${info.height}`);
      const image = { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
      const bitmap = { ...image, close: () => closed.push(bitmap) } as unknown as ImageBitmap;
      return { header: { type: "PNG" }, image, bitmap };
    },
    display: (_: ImageBitmap, region: Region, width: number, height: number) => {
      drawn.push(region);
      return { width, height } as ImageBitmap;
    },
  };
}

/** A file of the folder of images. */
export function photograph(path: string): Blob {
  return new Blob([readFileSync(join(witnesses.images, path))]);
}

/** The goldens name their pictures by a path that ends like the one in the folder of images. */
export function inImages(path: string): string {
  return path.slice(path.lastIndexOf("images/") + "images/".length);
}
