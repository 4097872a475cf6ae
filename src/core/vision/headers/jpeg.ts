// JPEG, baseline and progressive.
import { type ByteView, startsWith } from "./byte-view.ts";
import { readExifOrientation, upright } from "./exif.ts";
import { defineFormat, type StoredPicture } from "./format.ts";

/** @see ITU-T T.81, annex B */
export const jpeg = defineFormat({
  type: "JPEG",
  mimeType: "image/jpeg",
  matches: (bytes) => startsWith(bytes, 0xff, 0xd8, 0xff),
  read: readJpeg,
});

const startOfScan = 0xda;
const endOfImage = 0xd9;
const application1 = 0xe1;

function readJpeg(view: ByteView): StoredPicture {
  let frame: number | undefined;
  let exif = upright;
  for (let offset = 2; ; ) {
    const segment = nextMarker(view, offset);
    const marker = view.u8(segment - 1);
    if (marker === endOfImage) throw view.malformed("it ends before its image data");
    if (standsAlone(marker)) {
      offset = segment;
      continue;
    }
    const length = view.u16(segment);
    if (length < 2) throw view.malformed("a segment has no length");
    view.need(segment, length);
    if (isFrame(marker)) frame = segment;
    if (marker === application1 && exif === upright && view.text(segment + 2, 4) === "Exif") {
      exif = readExifOrientation(view.bytes, segment + 2, segment + length);
    }
    if (marker === startOfScan) break;
    offset = segment + length;
  }
  if (frame === undefined) throw view.malformed("no frame header comes before its image data");
  if (!hasEnd(view.bytes, frame)) throw view.truncated();
  const components = view.u8(frame + 7);
  return {
    width: view.u16(frame + 5),
    height: view.u16(frame + 3),
    ...exif,
    animated: false,
    hasAlpha: false,
    bitDepth: view.u8(frame + 2),
    colour: components === 4 ? "cmyk" : components === 1 ? "grey" : "rgb",
  };
}

/** The offset after the next marker; whatever lies before it is skipped, as decoders do. */
function nextMarker(view: ByteView, from: number): number {
  let offset = from;
  do {
    offset = view.bytes.indexOf(0xff, offset);
    if (offset < 0) throw view.truncated();
    while (view.u8(offset) === 0xff) offset++;
  } while (view.u8(offset) === 0);
  return offset + 1;
}

/** Fill bytes, restart markers and a repeated start of image have no length field. */
function standsAlone(marker: number): boolean {
  return marker === 1 || (marker >= 0xd0 && marker <= 0xd8);
}

/** SOF0 to SOF15: C4, C8 and CC are tables that sit in the same range. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Coded data has a zero after every FF, so FF D9 is the end; without it decoders refuse the file. */
function hasEnd(bytes: Uint8Array, from: number): boolean {
  for (let offset = bytes.indexOf(0xff, from); offset >= 0; offset = bytes.indexOf(0xff, offset + 1)) {
    if (bytes[offset + 1] === endOfImage) return true;
  }
  return false;
}
