// Finds the orientation in an EXIF block. A damaged block counts as none, as it does in browsers.
import type { Orientation, OrientationField } from "./format.ts";

/** The orientation, and where it is written if it is. */
export interface ExifOrientation {
  readonly orientation: Orientation;
  readonly orientationField?: OrientationField;
}

/** Without an EXIF block. */
export const upright: ExifOrientation = { orientation: 1 };

const orientationTag = 0x0112;
const shortType = 3;
const entryBytes = 12;

/** @param from where the TIFF structure starts, or the `Exif\0\0` before it; it ends at `end`. */
export function readExifOrientation(bytes: Uint8Array, from: number, end: number): ExifOrientation {
  const prefixed = bytes[from] === 0x45 && bytes[from + 1] === 0x78 && bytes[from + 4] === 0;
  const start = prefixed ? from + 6 : from;
  const size = Math.min(end, bytes.length) - start;
  if (size < 8) return upright;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, size);
  const byteOrder = view.getUint16(0);
  if (byteOrder !== 0x4949 && byteOrder !== 0x4d4d) return upright;
  const littleEndian = byteOrder === 0x4949;
  if (view.getUint16(2, littleEndian) !== 42) return upright;
  const directory = view.getUint32(4, littleEndian);
  if (directory + 2 > size) return upright;
  const entries = view.getUint16(directory, littleEndian);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + index * entryBytes;
    if (entry + entryBytes > size) return upright;
    if (view.getUint16(entry, littleEndian) !== orientationTag) continue;
    const value = view.getUint16(entry + 8, littleEndian);
    if (view.getUint16(entry + 2, littleEndian) !== shortType || !isOrientation(value)) return upright;
    return { orientation: value, orientationField: { offset: start + entry + 8, littleEndian } };
  }
  return upright;
}

function isOrientation(value: number): value is Orientation {
  return value >= 1 && value <= 8;
}
