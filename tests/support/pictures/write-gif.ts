// Writes GIF files, for tests: frames that are smaller than the screen, local palettes, transparent colours.

export interface GifFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Palette indices, 0..7. */
  readonly indices: ArrayLike<number>;
  readonly transparentIndex?: number;
  /** Eight colours of its own, R G B. */
  readonly palette?: readonly number[];
}

/** @param palette eight colours, R G B. */
export function writeGif(
  width: number,
  height: number,
  palette: readonly number[],
  frames: readonly GifFrame[],
): Uint8Array<ArrayBuffer> {
  const bytes = [...ascii("GIF89a"), ...u16(width), ...u16(height), 0x80 | 2, 0, 0, ...palette];
  for (const frame of frames) {
    const flags = frame.transparentIndex === undefined ? 0 : 1;
    bytes.push(0x21, 0xf9, 4, flags, 10, 0, frame.transparentIndex ?? 0, 0);
    const place = [frame.left, frame.top, frame.width, frame.height].flatMap(u16);
    bytes.push(0x2c, ...place, frame.palette ? 0x80 | 2 : 0, ...(frame.palette ?? []), 3);
    const codes = packCodes(frame.indices);
    for (let start = 0; start < codes.length; start += 255) {
      const block = codes.slice(start, start + 255);
      bytes.push(block.length, ...block);
    }
    bytes.push(0);
  }
  return Uint8Array.from([...bytes, 0x3b]);
}

/** LZW without compression: the dictionary is cleared so often that codes stay 4 bits wide. */
function packCodes(indices: ArrayLike<number>): number[] {
  const clear = 8;
  const end = 9;
  const codes: number[] = [];
  for (let index = 0; index < indices.length; index++) {
    if (index % 3 === 0) codes.push(clear);
    codes.push(indices[index]);
  }
  codes.push(end);
  const bytes: number[] = [];
  for (let index = 0; index < codes.length; index += 2)
    bytes.push(codes[index] | ((codes[index + 1] ?? 0) << 4));
  return bytes;
}

function ascii(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}

function u16(value: number): number[] {
  return [value & 255, value >> 8];
}
