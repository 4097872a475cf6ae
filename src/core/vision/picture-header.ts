// What a picture file says about itself, read from its bytes before anything is decoded.
import { XaiError } from "../errors.ts";
import { byteView } from "./headers/byte-view.ts";
import type { StoredPicture } from "./headers/format.ts";
import { type PictureType, pictureFormats } from "./headers/registry.ts";
import { unsupportedTypeOf } from "./headers/unsupported.ts";

/** What is known of a picture file before it is decoded. */
export interface PictureHeader extends StoredPicture {
  readonly type: PictureType;
  readonly mimeType: string;
  /** In pixels, after the orientation: as the picture is looked at. */
  readonly width: number;
  readonly height: number;
}

/** Larger pictures are refused: decoded they would take more than 400 MB. */
export const limitMegapixels = 100;

/**
 * Type, size and orientation of a picture file. Any bytes give a header or an `image/*` error; whatever follows the
 * end of the picture is ignored.
 * @param bytes the whole file.
 * @throws image/empty, image/unknown-type, image/unsupported-type, image/truncated, image/too-large,
 *   image/decode-failed (against the format's own rules)
 */
export function readPictureHeader(bytes: Uint8Array): PictureHeader {
  if (bytes.length === 0) throw new XaiError("image/empty", {});
  const format = pictureFormats.find(({ matches }) => matches(bytes));
  if (format === undefined) throw refusal(bytes);
  const { type, mimeType } = format;
  const view = byteView(bytes, type);
  const stored = format.read(view);
  if (stored.width === 0 || stored.height === 0) throw view.malformed("it has no pixels");
  const turned = stored.orientation >= 5;
  const width = turned ? stored.height : stored.width;
  const height = turned ? stored.width : stored.height;
  if (width * height > limitMegapixels * 1e6) {
    throw new XaiError("image/too-large", { width, height, limitMegapixels });
  }
  return { ...stored, type, mimeType, width, height };
}

function refusal(bytes: Uint8Array): XaiError {
  const type = unsupportedTypeOf(bytes);
  if (type !== undefined) return new XaiError("image/unsupported-type", { type });
  const firstBytes = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return new XaiError("image/unknown-type", { firstBytes });
}
