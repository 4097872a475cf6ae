// BMP (Windows and OS/2 bitmaps).
import { type ByteView, startsWith } from "./byte-view.ts";
import { upright } from "./exif.ts";
import { defineFormat, type StoredPicture } from "./format.ts";

/** @see https://learn.microsoft.com/windows/win32/gdi/bitmap-storage */
export const bmp = defineFormat({
  type: "BMP",
  mimeType: "image/bmp",
  // Two letters are a weak sign: the size of the second header must be one that exists.
  matches: (bytes) =>
    startsWith(bytes, 0x42, 0x4d) && headerSizes.includes(bytes[14]) && !(bytes[15] || bytes[16]),
  read: readBmp,
});

const headerSizes = [12, 16, 40, 52, 56, 64, 108, 124];
const alphaMaskAt = 66;
/** BI_RGB, BI_BITFIELDS and BI_ALPHABITFIELDS: rows of a known length. */
const uncompressed = [0, 3, 6];
const alphaBitfields = 6;

function readBmp(view: ByteView): StoredPicture {
  const headerSize = view.u32(14, true);
  const isCore = headerSize === 12;
  const width = isCore ? view.u16(18, true) : view.u32(18, true) | 0;
  // Negative: the rows go from top to bottom.
  const height = Math.abs(isCore ? view.u16(20, true) : view.u32(22, true) | 0);
  const bits = view.u16(isCore ? 24 : 28, true);
  const compression = headerSize >= 40 ? view.u32(30, true) : 0;
  if (width <= 0 || height === 0) throw view.malformed("it has no pixels");
  if (uncompressed.includes(compression)) {
    const rowBytes = 4 * Math.ceil((width * bits) / 32);
    view.need(view.u32(10, true), rowBytes * height);
  }
  const hasAlphaMask = headerSize >= 56 && view.u32(alphaMaskAt, true) !== 0;
  return {
    width,
    height,
    ...upright,
    animated: false,
    hasAlpha: hasAlphaMask || compression === alphaBitfields,
    bitDepth: Math.min(8, bits),
    colour: bits <= 8 ? "palette" : "rgb",
  };
}
