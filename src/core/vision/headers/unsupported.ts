// Files that people drop on the page and that cannot be shown: recognised, so that the refusal can name them.
import { startsWith, textAt } from "./byte-view.ts";
import { readBrands } from "./iso-boxes.ts";

interface UnsupportedType {
  readonly type: string;
  readonly matches: (bytes: Uint8Array) => boolean;
}

const magic = (type: string, ...bytes: readonly number[]): UnsupportedType => ({
  type,
  matches: (file) => startsWith(file, ...bytes),
});
const text = (type: string, start: string, offset = 0): UnsupportedType => ({
  type,
  matches: (file) => textAt(file, offset, start.length) === start,
});
const brand = (type: string, pattern: RegExp): UnsupportedType => ({
  type,
  matches: (file) => readBrands(file).some((name) => pattern.test(name)),
});

/** The first row that matches names the file; special cases come before the general ones. */
const unsupportedTypes: readonly UnsupportedType[] = [
  brand("HEIC", /^(hei[cxms]|hev[cxms])$/),
  brand("HEIF", /^(mif1|msf1|miaf)$/),
  brand("Canon raw (CR3)", /^crx $/),
  { type: "MP4 or QuickTime video", matches: (file) => readBrands(file).length > 0 },
  magic("JPEG XL", 0xff, 0x0a),
  magic("JPEG XL", 0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20),
  magic("JPEG 2000", 0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20),
  magic("JPEG 2000", 0xff, 0x4f, 0xff, 0x51),
  magic("TIFF or camera raw", 0x49, 0x49, 0x2a, 0),
  magic("TIFF or camera raw", 0x4d, 0x4d, 0, 0x2a),
  magic("TIFF or camera raw", 0x49, 0x49, 0x2b, 0),
  magic("TIFF or camera raw", 0x4d, 0x4d, 0, 0x2b),
  magic("JPEG XR", 0x49, 0x49, 0xbc),
  text("PDF", "%PDF-"),
  text("PostScript", "%!PS"),
  text("Photoshop (PSD)", "8BPS"),
  text("GIMP (XCF)", "gimp xcf"),
  magic("icon (ICO)", 0, 0, 1, 0),
  magic("cursor (CUR)", 0, 0, 2, 0),
  magic("OpenEXR", 0x76, 0x2f, 0x31, 0x01),
  text("Radiance HDR", "#?RADIANCE"),
  text("QOI", "qoif"),
  text("DDS", "DDS "),
  text("DICOM", "DICM", 128),
  text("Netpbm", "P7\n"),
  { type: "Netpbm", matches: (file) => /^P[1-6]\s/.test(textAt(file, 0, 3)) },
  magic("WebM or Matroska video", 0x1a, 0x45, 0xdf, 0xa3),
  text("AVI video", "AVI ", 8),
  text("WAV sound", "WAVE", 8),
  magic("NumPy array", 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59),
  magic("ZIP archive", 0x50, 0x4b, 3, 4),
  magic("gzip archive", 0x1f, 0x8b),
  { type: "HTML page", matches: (file) => /^\s*(<!doctype html|<html)/i.test(openingText(file)) },
  { type: "SVG", matches: isSvg },
];

/** The name of a file type that is known but cannot be read, or `undefined`. */
export function unsupportedTypeOf(bytes: Uint8Array): string | undefined {
  return unsupportedTypes.find(({ matches }) => matches(bytes))?.type;
}

/** The root element comes first, or after a declaration, comments and a document type. */
function isSvg(bytes: Uint8Array): boolean {
  const opening = openingText(bytes);
  return /^\s*<(svg[\s>:]|[?!])/i.test(opening) && /<([a-z]+:)?svg[\s>]|<!doctype svg/i.test(opening);
}

/** Enough of a text file to see what it is, without a byte order mark. */
function openingText(bytes: Uint8Array): string {
  return textAt(bytes, 0, 4096).replace(/^\xef\xbb\xbf/, "");
}
