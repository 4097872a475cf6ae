// AVIF, still and animated.
import type { ByteView } from "./byte-view.ts";
import { defineFormat, type Orientation, type StoredPicture } from "./format.ts";
import { type Box, readBox, readBoxes, readBrands } from "./iso-boxes.ts";

/** @see https://aomediacodec.github.io/av1-avif/ and ISO/IEC 23008-12 */
export const avif = defineFormat({
  type: "AVIF",
  mimeType: "image/avif",
  matches: (bytes) => readBrands(bytes).some((brand) => brand === "avif" || brand === "avis"),
  read: readAvif,
});

function readAvif(view: ByteView): StoredPicture {
  const boxes = topLevelBoxes(view);
  const movie = boxes.find((box) => box.type === "moov");
  const meta = boxes.find((box) => box.type === "meta");
  const animated = movie !== undefined;
  if (meta === undefined) {
    if (movie === undefined) throw view.malformed("it has no item and no track");
    return {
      ...readTrackSize(view, movie),
      orientation: 1,
      animated,
      hasAlpha: true,
      bitDepth: 8,
      colour: "rgb",
    };
  }
  return { ...readPrimaryItem(view, meta), animated };
}

/** Up to the first thing that is no known box: garbage after the picture is fine. */
function topLevelBoxes(view: ByteView): Box[] {
  const boxes: Box[] = [];
  for (let offset = 0; offset + 8 <= view.bytes.length; ) {
    const type = view.text(offset + 4, 4);
    if (!topLevelTypes.includes(type)) break;
    const box = readBox(view, offset, view.bytes.length);
    boxes.push(box);
    offset = box.end;
  }
  if (!boxes.some((box) => box.type === "mdat" || box.type === "meta")) throw view.truncated();
  return boxes;
}

const topLevelTypes = [
  "ftyp",
  "meta",
  "mdat",
  "moov",
  "free",
  "skip",
  "uuid",
  "moof",
  "sidx",
  "mfra",
  "styp",
];
const fullBoxHeader = 4;

function readPrimaryItem(view: ByteView, meta: Box): Omit<StoredPicture, "animated"> {
  const parts = readBoxes(view, meta.start + fullBoxHeader, meta.end);
  const find = (within: readonly Box[], type: string) => {
    const box = within.find((candidate) => candidate.type === type);
    if (box === undefined) throw view.malformed(`box ${type} is missing`);
    return box;
  };
  const properties = find(parts, "iprp");
  const inside = readBoxes(view, properties.start, properties.end);
  const container = find(inside, "ipco");
  const all = readBoxes(view, container.start, container.end);
  const primary = readPrimaryId(view, find(parts, "pitm"));
  const indices = inside
    .filter((box) => box.type === "ipma")
    .flatMap((box) => propertiesOf(view, box, primary));
  const own = indices.flatMap((index) => all[index - 1] ?? []);
  const size = find(own, "ispe");
  const configuration = own.find((box) => box.type === "av1C") ?? all.find((box) => box.type === "av1C");
  const depthFlags = configuration === undefined ? 0 : view.u8(configuration.start + 2);
  return {
    width: view.u32(size.start + fullBoxHeader),
    height: view.u32(size.start + fullBoxHeader + 4),
    orientation: readTransforms(view, own),
    hasAlpha: all.some((box) => box.type === "auxC"),
    bitDepth: (depthFlags & 0x40) === 0 ? 8 : (depthFlags & 0x20) === 0 ? 10 : 12,
    colour: (depthFlags & 0x10) === 0 ? "rgb" : "grey",
  };
}

function readPrimaryId(view: ByteView, box: Box): number {
  const isLong = view.u8(box.start) > 0;
  return isLong ? view.u32(box.start + fullBoxHeader) : view.u16(box.start + fullBoxHeader);
}

/** One-based numbers of the properties that an `ipma` box gives to `item`. */
function propertiesOf(view: ByteView, box: Box, item: number): number[] {
  const idBytes = view.u8(box.start) < 1 ? 2 : 4;
  const indexBytes = (view.u8(box.start + 3) & 1) === 0 ? 1 : 2;
  const entries = view.u32(box.start + fullBoxHeader);
  let offset = box.start + fullBoxHeader + 4;
  for (let entry = 0; entry < entries && offset < box.end; entry++) {
    const id = idBytes === 2 ? view.u16(offset) : view.u32(offset);
    const count = view.u8(offset + idBytes);
    offset += idBytes + 1;
    if (id === item) {
      return Array.from({ length: count }, (_, index) =>
        indexBytes === 1 ? view.u8(offset + index) & 0x7f : view.u16(offset + 2 * index) & 0x7fff,
      );
    }
    offset += count * indexBytes;
  }
  return [];
}

/** By quarter turns against the clock, then by mirror: none, upside down, left to right. */
const orientations: readonly (readonly [Orientation, Orientation, Orientation])[] = [
  [1, 4, 2],
  [8, 5, 7],
  [3, 2, 4],
  [6, 7, 5],
];

/** The item's rotation and mirror as the EXIF orientation that means the same; the decoder applies them. */
function readTransforms(view: ByteView, properties: readonly Box[]): Orientation {
  const rotation = properties.find((box) => box.type === "irot");
  const mirror = properties.find((box) => box.type === "imir");
  const turns = rotation === undefined ? 0 : view.u8(rotation.start) & 3;
  return orientations[turns][mirror === undefined ? 0 : 1 + (view.u8(mirror.start) & 1)];
}

/** Size of the first track that has one: 16.16 fixed point, the last eight bytes of its header. */
function readTrackSize(view: ByteView, movie: Box): { readonly width: number; readonly height: number } {
  for (const track of readBoxes(view, movie.start, movie.end)) {
    if (track.type !== "trak") continue;
    const header = readBoxes(view, track.start, track.end).find((box) => box.type === "tkhd");
    if (header === undefined || header.end - header.start < 8) continue;
    const width = view.u32(header.end - 8) >>> 16;
    const height = view.u32(header.end - 4) >>> 16;
    if (width > 0 && height > 0) return { width, height };
  }
  throw view.malformed("no track has a size");
}
