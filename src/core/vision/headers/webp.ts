// WebP: lossy, lossless and extended.
import { type ByteView, startsWith, textAt } from "./byte-view.ts";
import { type ExifOrientation, readExifOrientation, upright } from "./exif.ts";
import { defineFormat, type StoredPicture } from "./format.ts";

/** @see RFC 9649 */
export const webp = defineFormat({
  type: "WebP",
  mimeType: "image/webp",
  matches: (bytes) => startsWith(bytes, 0x52, 0x49, 0x46, 0x46) && textAt(bytes, 8, 4) === "WEBP",
  read: readWebp,
});

const firstChunk = 12;

function readWebp(view: ByteView): StoredPicture {
  const end = 8 + view.u32(4, true);
  view.need(0, end);
  const kind = view.text(firstChunk, 4);
  const data = firstChunk + 8;
  const common = { bitDepth: 8, colour: "rgb", animated: false, ...upright } as const;
  if (kind === "VP8 ") {
    if (view.u8(data + 3) !== 0x9d) throw view.malformed("its key frame has no start code");
    const width = view.u16(data + 6, true) & 0x3fff;
    return { ...common, width, height: view.u16(data + 8, true) & 0x3fff, hasAlpha: false };
  }
  if (kind === "VP8L") {
    if (view.u8(data) !== 0x2f) throw view.malformed("its lossless data has no signature");
    const packed = view.u32(data + 1, true);
    const width = (packed & 0x3fff) + 1;
    return { ...common, width, height: ((packed >>> 14) & 0x3fff) + 1, hasAlpha: (packed & (1 << 28)) !== 0 };
  }
  if (kind !== "VP8X") throw view.malformed(`it begins with a chunk ${JSON.stringify(kind)}`);
  const flags = view.u8(data);
  return {
    ...common,
    width: u24(view, data + 4) + 1,
    height: u24(view, data + 7) + 1,
    hasAlpha: (flags & 0x10) !== 0,
    animated: (flags & 0x02) !== 0,
    ...findOrientation(view, end),
  };
}

function findOrientation(view: ByteView, end: number): ExifOrientation {
  for (let chunk = firstChunk; chunk + 8 <= end; ) {
    const length = view.u32(chunk + 4, true);
    if (view.text(chunk, 4) === "EXIF") {
      return readExifOrientation(view.bytes, chunk + 8, Math.min(end, chunk + 8 + length));
    }
    chunk += 8 + length + (length % 2);
  }
  return upright;
}

function u24(view: ByteView, offset: number): number {
  return view.u16(offset, true) | (view.u8(offset + 2) << 16);
}
