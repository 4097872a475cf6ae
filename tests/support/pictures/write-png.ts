// Writes PNG files of every kind, for tests: no encoder at hand makes them all.
import { crc32, deflateSync } from "node:zlib";

export interface PngOptions {
  readonly width: number;
  readonly height: number;
  readonly colourType: 0 | 2 | 3 | 4 | 6;
  readonly bitDepth: 1 | 2 | 4 | 8 | 16;
  /** Samples of one pixel after the other. */
  readonly samples: ArrayLike<number>;
  /** Chunks before the image data: palette, transparency, gamma, EXIF, ... */
  readonly chunks?: readonly (readonly [string, Uint8Array])[];
  /** Samples of the second frame of an animation. */
  readonly secondFrame?: ArrayLike<number>;
}

export function writePng(options: PngOptions): Uint8Array<ArrayBuffer> {
  const { width, height, colourType, bitDepth, chunks = [], secondFrame } = options;
  const header = [...u32(width), ...u32(height), bitDepth, colourType, 0, 0, 0];
  const animation = secondFrame !== undefined;
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", Uint8Array.from(header)),
    ...chunks.map(([type, data]) => chunk(type, data)),
    ...(animation ? [chunk("acTL", Uint8Array.from([...u32(2), ...u32(0)])), frameControl(options, 0)] : []),
    chunk("IDAT", packRows(options, options.samples)),
    ...(animation ? [frameControl(options, 1), frameData(options, secondFrame)] : []),
    chunk("IEND", new Uint8Array()),
  ];
  return Uint8Array.from(Buffer.concat(parts));
}

export function chunk(type: string, data: Uint8Array): Uint8Array {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  return Buffer.concat([Uint8Array.from(u32(data.length)), named, Uint8Array.from(u32(crc32(named)))]);
}

function frameControl({ width, height }: PngOptions, sequence: number): Uint8Array {
  const fields = [...u32(sequence), ...u32(width), ...u32(height), ...u32(0), ...u32(0), 0, 10, 0, 100, 0, 0];
  return chunk("fcTL", Uint8Array.from(fields));
}

function frameData(options: PngOptions, samples: ArrayLike<number>): Uint8Array {
  return chunk("fdAT", Buffer.concat([Uint8Array.from(u32(2)), packRows(options, samples)]));
}

/** Every row with filter 0, samples most significant bit first. */
function packRows(
  { width, height, colourType, bitDepth }: PngOptions,
  samples: ArrayLike<number>,
): Uint8Array {
  const perRow = width * { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colourType];
  const rowBytes = 1 + Math.ceil((perRow * bitDepth) / 8);
  const rows = new Uint8Array(height * rowBytes);
  for (let row = 0; row < height; row++) {
    for (let index = 0; index < perRow; index++) {
      const sample = samples[row * perRow + index];
      const bit = index * bitDepth;
      const at = row * rowBytes + 1 + (bit >> 3);
      if (bitDepth === 16) rows.set([sample >> 8, sample & 255], at);
      else rows[at] |= sample << (8 - bitDepth - (bit & 7));
    }
  }
  return deflateSync(rows);
}

function u32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
