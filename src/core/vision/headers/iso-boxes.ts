// The boxes of the ISO base media file format, which AVIF and HEIC files are made of.
import { type ByteView, textAt } from "./byte-view.ts";

/** A typed piece of the file. */
export interface Box {
  readonly type: string;
  /** Content, without the box's own header. */
  readonly start: number;
  readonly end: number;
}

/**
 * The boxes that follow each other between `from` and `to`.
 * @throws image/truncated where a box goes on past `to`, image/decode-failed where one is smaller than its header.
 * @see ISO/IEC 14496-12, section 4.2
 */
export function readBoxes(view: ByteView, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  // Eight bytes are the smallest box: what is less, or zeros, is padding.
  for (let offset = from; offset + 8 <= to && !isPadding(view, offset); ) {
    const box = readBox(view, offset, to);
    boxes.push(box);
    offset = box.end;
  }
  return boxes;
}

/**
 * The one box at `offset`; a size of 0 means up to `to`.
 * @throws image/truncated, image/decode-failed
 */
export function readBox(view: ByteView, offset: number, to: number): Box {
  const shortSize = view.u32(offset);
  const type = view.text(offset + 4, 4);
  const headerBytes = shortSize === 1 ? 16 : 8;
  const longSize = () => view.u32(offset + 8) * 2 ** 32 + view.u32(offset + 12);
  const size = shortSize === 0 ? to - offset : shortSize === 1 ? longSize() : shortSize;
  if (size < headerBytes) throw view.malformed(`box ${JSON.stringify(type)} is smaller than its header`);
  if (offset + size > to) throw view.truncated();
  return { type, start: offset + headerBytes, end: offset + size };
}

function isPadding(view: ByteView, offset: number): boolean {
  return view.u32(offset) === 0 && view.u32(offset + 4) === 0;
}

/** Major and compatible brands of a file that begins with `ftyp`; none for any other. */
export function readBrands(bytes: Uint8Array): readonly string[] {
  if (textAt(bytes, 4, 4) !== "ftyp") return [];
  const size = Math.min(bytes.length, (bytes[2] << 8) | bytes[3]);
  const brands = [textAt(bytes, 8, 4)];
  for (let offset = 16; offset + 4 <= size; offset += 4) brands.push(textAt(bytes, offset, 4));
  return brands;
}
