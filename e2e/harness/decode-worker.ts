// A worker that decodes what it is sent and tells everything about it: `decodePicture` as the app runs it.
import { toXaiError } from "../../src/core/errors.ts";
import { decodePicture } from "../../src/engine/decode-picture.ts";

/** What the worker answers; pixels are R G B A. */
export type DecodeAnswer =
  | {
      readonly header: Awaited<ReturnType<typeof decodePicture>>["header"];
      readonly width: number;
      readonly height: number;
      readonly data: Uint8ClampedArray;
      /** The bitmap, drawn on a canvas and read back. */
      readonly drawn: { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };
      readonly milliseconds: number;
    }
  | { readonly code: string; readonly details: unknown };

self.addEventListener("message", async ({ data: file }: MessageEvent<Blob>) => {
  self.postMessage(await answer(file));
});

async function answer(file: Blob): Promise<DecodeAnswer> {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const start = performance.now();
    const { header, image, bitmap } = await decodePicture(file, bytes);
    const milliseconds = performance.now() - start;
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
    context.drawImage(bitmap, 0, 0);
    const drawn = { width, height, data: context.getImageData(0, 0, width, height).data };
    bitmap.close();
    return { header, width: image.width, height: image.height, data: image.data, drawn, milliseconds };
  } catch (error) {
    const { code, details } = toXaiError(error);
    return { code, details };
  }
}
