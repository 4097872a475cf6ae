// A small copy of a picture, to be held by a link.
import { XaiError } from "../../../core/errors.ts";

/** A copy and how it looks. */
export interface SmallCopy {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** A `data:` URL of it. */
  readonly preview: string;
  readonly width: number;
  readonly height: number;
}

const quality = 0.8;

/**
 * WebP, or JPEG where the browser writes none.
 * @param side of the copy's longer side, in pixels; a smaller picture keeps its size.
 * @throws image/decode-failed
 */
export async function shrinkPicture(picture: Blob, side: number): Promise<SmallCopy> {
  const whole = await createImageBitmap(picture);
  const share = Math.min(1, side / Math.max(whole.width, whole.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(whole.width * share));
  canvas.height = Math.max(1, Math.round(whole.height * share));
  const context = canvas.getContext("2d");
  if (context !== null) {
    context.imageSmoothingQuality = "high";
    context.drawImage(whole, 0, 0, canvas.width, canvas.height);
  }
  whole.close();
  const blob = (await encode(canvas, "image/webp")) ?? (await encode(canvas, "image/jpeg"));
  if (blob === null) throw new XaiError("image/decode-failed", { type: "WebP", reason: "no encoder" });
  const { width, height } = canvas;
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return { bytes, preview: canvas.toDataURL(blob.type, quality), width, height };
}

/** `null` where the browser does not write this type: it would give PNG in its place, which is far larger. */
function encode(canvas: HTMLCanvasElement, type: string): Promise<Blob | null> {
  return new Promise((resolve) => {
    canvas.toBlob((blob) => resolve(blob?.type === type ? blob : null), type, quality);
  });
}
