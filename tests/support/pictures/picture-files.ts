// One file of every kind of picture people drop on the page, with the pixels that it must give.

import type { RgbaImage } from "../../../src/core/vision/rgba-image.ts";
import { encodedFiles, turnedFiles } from "./encoded-files.ts";
import { gifFiles } from "./gif-files.ts";
import { withoutAlpha } from "./noise.ts";
import { opaque, type PictureFile, transparent } from "./picture-file.ts";
import { pngFiles } from "./png-files.ts";
import { writeBmp } from "./write-bmp.ts";

/** Compared with Pillow 12.3 when this was written: equal, but for AVIF (one level) and 16-bit grey PNG (see there). */
export async function pictureFiles(): Promise<PictureFile[]> {
  return [...pngFiles(), ...gifFiles(), ...bmpFiles(), ...(await encodedFiles()), ...(await turnedFiles())];
}

function bmpFiles(): PictureFile[] {
  const file = (name: string, bytes: Uint8Array<ArrayBuffer>, expected: RgbaImage, hasAlpha: boolean) => ({
    name: `${name}.bmp`,
    bytes,
    expected,
    tolerance: 0,
    header: { type: "BMP", hasAlpha, colour: "rgb", bitDepth: 8 } as const,
  });
  return [
    file("rgb", writeBmp(opaque, "rgb"), opaque, false),
    file("top-down", writeBmp(opaque, "rgb", true), opaque, false),
    file("alpha", writeBmp(transparent, "rgba"), withoutAlpha(transparent), true),
  ];
}
