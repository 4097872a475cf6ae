// Reading of a file's bytes that never leaves it: what lies past the end is `image/truncated`.
import { XaiError } from "../../errors.ts";

/** Numbers and text at any offset of a file; every one throws image/truncated where the file has ended. */
export interface ByteView {
  /** Format name, for errors. */
  readonly type: string;
  readonly bytes: Uint8Array;
  /** @throws image/truncated unless `offset + count` bytes are there. */
  readonly need: (offset: number, count: number) => void;
  readonly u8: (offset: number) => number;
  readonly u16: (offset: number, littleEndian?: boolean) => number;
  readonly u32: (offset: number, littleEndian?: boolean) => number;
  /** `count` bytes as Latin-1 text. */
  readonly text: (offset: number, count: number) => string;
  /** For `throw`: the file is against its format's rules. */
  readonly malformed: (reason: string) => XaiError<"image/decode-failed">;
  /** For `throw`: the file ends too early. */
  readonly truncated: () => XaiError<"image/truncated">;
}

/** @param type the format's name, for errors. */
export function byteView(bytes: Uint8Array, type: string): ByteView {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const truncated = () => new XaiError("image/truncated", { type });
  const need = (offset: number, count: number) => {
    if (offset + count > bytes.length) throw truncated();
  };
  return {
    type,
    bytes,
    need,
    u8: (offset) => {
      need(offset, 1);
      return bytes[offset];
    },
    u16: (offset, littleEndian = false) => {
      need(offset, 2);
      return view.getUint16(offset, littleEndian);
    },
    u32: (offset, littleEndian = false) => {
      need(offset, 4);
      return view.getUint32(offset, littleEndian);
    },
    text: (offset, count) => {
      need(offset, count);
      return textAt(bytes, offset, count);
    },
    malformed: (reason) => new XaiError("image/decode-failed", { type, reason }),
    truncated,
  };
}

/** As much of `count` bytes as there is, as Latin-1 text. */
export function textAt(bytes: Uint8Array, offset: number, count: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + count));
}

/** Whether the file begins with these bytes. */
export function startsWith(bytes: Uint8Array, ...magic: readonly number[]): boolean {
  return bytes.length >= magic.length && magic.every((value, index) => bytes[index] === value);
}
