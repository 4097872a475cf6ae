// GIF, still and animated.
import { type ByteView, startsWith } from "./byte-view.ts";
import { upright } from "./exif.ts";
import { defineFormat, type StoredPicture } from "./format.ts";

/** @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
export const gif = defineFormat({
  type: "GIF",
  mimeType: "image/gif",
  matches: (bytes) => startsWith(bytes, 0x47, 0x49, 0x46, 0x38),
  read: readGif,
});

const extension = 0x21;
const imageDescriptor = 0x2c;
const graphicControl = 0xf9;

function readGif(view: ByteView): StoredPicture {
  const screen = readColourTable(view, 10, 13);
  const { image, transparentIndex } = findImage(view, screen.end);
  if (image === undefined) throw view.malformed("it has no image");
  const table = readColourTable(view, image + 9, image + 10);
  const dataEnd = skipBlocks(view, table.end + 1);
  const [left, top, width, height] = [1, 3, 5, 7].map((field) => view.u16(image + field, true));
  // A first frame that sticks out enlarges the screen, for browsers as for Pillow.
  const screenWidth = Math.max(view.u16(6, true), left + width);
  const screenHeight = Math.max(view.u16(8, true), top + height);
  const colours = table.bytes > 0 ? table : screen;
  return {
    width: screenWidth,
    height: screenHeight,
    ...upright,
    animated: hasAnotherImage(view, dataEnd),
    hasAlpha: transparentIndex !== undefined || screenWidth > width || screenHeight > height,
    bitDepth: Math.log2(colours.bytes / 3 || 2),
    colour: "palette",
    hiddenColour: colourAt(view, colours, transparentIndex ?? 0),
  };
}

interface ColourTable {
  readonly start: number;
  readonly bytes: number;
  readonly end: number;
}

function readColourTable(view: ByteView, flagsAt: number, start: number): ColourTable {
  const flags = view.u8(flagsAt);
  const bytes = (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
  return { start, bytes, end: start + bytes };
}

function colourAt(view: ByteView, table: ColourTable, index: number): readonly [number, number, number] {
  const offset = 3 * index;
  if (offset >= table.bytes) return [0, 0, 0];
  return [0, 1, 2].map((channel) => view.u8(table.start + offset + channel)) as [number, number, number];
}

/** The next image descriptor from `offset` on, and the transparent colour that was announced for it. */
function findImage(
  view: ByteView,
  offset: number,
): { readonly image?: number; readonly transparentIndex?: number } {
  let transparentIndex: number | undefined;
  for (let block = offset; ; ) {
    const kind = view.u8(block);
    if (kind === imageDescriptor) {
      return transparentIndex === undefined ? { image: block } : { image: block, transparentIndex };
    }
    if (kind !== extension) return {};
    if (view.u8(block + 1) === graphicControl) {
      transparentIndex = (view.u8(block + 3) & 1) === 0 ? undefined : view.u8(block + 6);
    }
    block = skipBlocks(view, block + 2);
  }
}

/** The offset after a chain of data blocks. */
function skipBlocks(view: ByteView, from: number): number {
  let offset = from;
  for (let length = view.u8(offset); length > 0; length = view.u8(offset)) offset += 1 + length;
  return offset + 1;
}

/** What follows the first image may be damaged: nobody needs it. */
function hasAnotherImage(view: ByteView, from: number): boolean {
  try {
    return findImage(view, from).image !== undefined;
  } catch {
    return false;
  }
}
