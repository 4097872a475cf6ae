// The steps that writing any ONNX message consists of, on protobuf's wire format.
import { type BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { RawFields } from "./model.ts";

/** A nested message: what `write` puts out becomes the payload of field `number`. */
export function writeMessage(writer: BinaryWriter, number: number, write: () => void): void {
  writer.tag(number, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

/** Fields that were kept undecoded, tags included. */
export function writeRest(writer: BinaryWriter, rest: RawFields): void {
  for (const field of rest) writer.raw(field);
}

/** Left out when empty, as protobuf readers take a missing text for an empty one. */
export function writeText(writer: BinaryWriter, number: number, text: string): void {
  if (text !== "") writer.tag(number, WireType.LengthDelimited).string(text);
}

/** Each written, the empty ones too: their places count. */
export function writeTexts(writer: BinaryWriter, number: number, texts: readonly string[]): void {
  for (const text of texts) writer.tag(number, WireType.LengthDelimited).string(text);
}

export function writeBytes(writer: BinaryWriter, number: number, bytes: Uint8Array): void {
  writer.tag(number, WireType.LengthDelimited).bytes(bytes);
}

export function writeInteger(writer: BinaryWriter, number: number, value: number | bigint): void {
  writer.tag(number, WireType.Varint).int64(value);
}
