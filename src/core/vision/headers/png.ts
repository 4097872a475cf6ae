// PNG and animated PNG.
import { type ByteView, startsWith } from "./byte-view.ts";
import { readExifOrientation, upright } from "./exif.ts";
import { defineFormat, type StoredPicture } from "./format.ts";

/** @see https://www.w3.org/TR/png-3/ */
export const png = defineFormat({
  type: "PNG",
  mimeType: "image/png",
  matches: (bytes) => startsWith(bytes, 0x89, 0x50, 0x4e, 0x47),
  read: readPng,
});

const signatureBytes = 8;
const colours: Readonly<Record<number, StoredPicture["colour"]>> = {
  0: "grey",
  2: "rgb",
  3: "palette",
  4: "grey",
  6: "rgb",
};

function readPng(view: ByteView): StoredPicture {
  if (view.text(signatureBytes + 4, 4) !== "IHDR") throw view.malformed("it does not begin with IHDR");
  const colourType = view.u8(25);
  const colour = colours[colourType];
  if (colour === undefined) throw view.malformed(`colour type ${colourType} does not exist`);
  const found = { transparency: false, animation: false, data: false, exif: upright };
  for (let chunk = signatureBytes; ; ) {
    const length = view.u32(chunk);
    const type = view.text(chunk + 4, 4);
    // Browsers need no more than the name of the last chunk, and of an animation no more than its first frame.
    if (type === "IEND" || (type === "fcTL" && found.data && found.animation)) break;
    view.need(chunk + 8, length + 4);
    if (type === "tRNS") found.transparency = true;
    if (type === "acTL") found.animation = view.u32(chunk + 8) > 1;
    if (type === "IDAT") found.data = true;
    if (type === "eXIf") found.exif = readExifOrientation(view.bytes, chunk + 8, chunk + 8 + length);
    chunk += 12 + length;
  }
  if (!found.data) throw view.malformed("it has no image data");
  return {
    width: view.u32(16),
    height: view.u32(20),
    ...found.exif,
    animated: found.animation,
    hasAlpha: found.transparency || colourType === 4 || colourType === 6,
    bitDepth: view.u8(24),
    colour,
  };
}
