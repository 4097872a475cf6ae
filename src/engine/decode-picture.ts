// From a picture file to exact pixels, in a worker: what Pillow's `Image.open(file).convert("RGB")` gives.
import { XaiError } from "../core/errors.ts";
import { orientRgba } from "../core/vision/orient.ts";
import { type PictureHeader, readPictureHeader } from "../core/vision/picture-header.ts";
import type { RgbaImage } from "../core/vision/rgba-image.ts";
import { readOpaquePixels, readUnmultipliedPixels } from "./read-bitmap.ts";

/** A decoded picture, upright and opaque. The caller closes the bitmap. */
export interface DecodedPicture {
  readonly header: PictureHeader;
  readonly image: RgbaImage;
  /** The same pixels, for drawing. */
  readonly bitmap: ImageBitmap;
}

/**
 * Decodes the first frame of a picture file. Without colour management; alpha is dropped and the colours below it
 * are kept; the EXIF orientation is applied.
 * @param bytes what the blob holds.
 *
 * Measured with Chromium 156 against Pillow 12.3: equal bit for bit for PNG (grey, palette, alpha, 16 bits a sample
 * in colour), JPEG (all samplings, progressive, grey, CMYK without a black plate), WebP, GIF, still AVIF and BMP with
 * 8 bits a sample; one level apart for other CMYK and for BMP with 5 or 6 bits. Grey PNG of 16 bits gives the upper
 * 8 bits, where Pillow clips nearly all to white; animated AVIF may differ by a few levels.
 * @throws image/* of `readPictureHeader`, image/decode-failed
 */
export async function decodePicture(blob: Blob, bytes: Uint8Array<ArrayBuffer>): Promise<DecodedPicture> {
  const header = readPictureHeader(bytes);
  const stored = await decodeFile(blob, bytes, header);
  try {
    const { width, height } = stored;
    const data = header.hasAlpha ? readUnmultipliedPixels(stored) : readOpaquePixels(stored);
    if (header.hasAlpha) dropAlpha(data, header.hiddenColour);
    const image = ignoresOrientation(header)
      ? orientRgba({ width, height, data }, header.orientation)
      : { width, height, data };
    if (!header.hasAlpha && image.data === data) return { header, image, bitmap: stored };
    const bitmap = await createImageBitmap(new ImageData(image.data, image.width, image.height), exact);
    stored.close();
    return { header, image, bitmap };
  } catch (error) {
    stored.close();
    throw decodeFailure(header.type, error);
  }
}

const exact: ImageBitmapOptions = {
  colorSpaceConversion: "none",
  premultiplyAlpha: "none",
  imageOrientation: "from-image",
};

/** @throws image/decode-failed where the file is gone or may not be read */
export async function readBytes(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (error) {
    throw decodeFailure(blob.type || "file", error);
  }
}

/** A blob that tells its type rightly is decoded as it is: another of the same bytes would be stored and read again. */
async function decodeFile(
  blob: Blob,
  bytes: Uint8Array<ArrayBuffer>,
  header: PictureHeader,
): Promise<ImageBitmap> {
  const turnsHere = ignoresOrientation(header);
  const file =
    turnsHere || blob.type !== header.mimeType
      ? new Blob([turnsHere ? markedUpright(bytes, header) : bytes], { type: header.mimeType })
      : blob;
  try {
    return await createImageBitmap(file, exact);
  } catch (error) {
    throw decodeFailure(header.type, error);
  }
}

/**
 * Browsers turn JPEG and PNG by their EXIF orientation and AVIF by its own. Chromium does not turn WebP, others may:
 * there the file is made to say that it is upright, and the pixels are turned here.
 */
function ignoresOrientation(header: PictureHeader): boolean {
  return header.type === "WebP" && header.orientationField !== undefined;
}

/** A copy: the caller's bytes stay what the file holds. */
function markedUpright(bytes: Uint8Array<ArrayBuffer>, header: PictureHeader): Uint8Array<ArrayBuffer> {
  const marked = bytes.slice();
  if (header.orientationField === undefined) return marked;
  const { offset, littleEndian } = header.orientationField;
  new DataView(marked.buffer).setUint16(offset, 1, littleEndian);
  return marked;
}

/** GIF decoders erase the colour of what is transparent; Pillow shows it, and the header has kept it. */
function dropAlpha(data: Uint8ClampedArray<ArrayBuffer>, hiddenColour: PictureHeader["hiddenColour"]): void {
  for (let offset = 0; offset < data.length; offset += 4) {
    if (hiddenColour !== undefined && data[offset + 3] === 0) data.set(hiddenColour, offset);
    data[offset + 3] = 255;
  }
}

function decodeFailure(type: string, error: unknown): XaiError {
  if (error instanceof XaiError) return error;
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new XaiError("image/decode-failed", { type, reason }, { cause: error });
}
