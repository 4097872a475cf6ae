// Reads protobuf messages field by field with every length, count and depth bounded by the bytes at hand.
import { BinaryReader, getTextEncoding, WireType } from "@bufbuild/protobuf/wire";
import { XaiError } from "../errors.ts";
import type { RawFields } from "./model.ts";

/** How many more fields and list items may be read: an honest file stays far below, a hostile one is stopped. */
export interface Budget {
  left: number;
}

/** What is there is not what ONNX allows. */
export function malformed(reason: string): XaiError {
  return new XaiError("onnx/not-onnx", { reason });
}

/** The bytes end before what they announce. */
export function tooShort(what: string, needed: number, actual: number): XaiError {
  return new XaiError("onnx/truncated", { reason: `${what} has ${actual} bytes where ${needed} are needed` });
}

/**
 * Takes one field if it knows its number; must then read the value from `reader`.
 * @returns false for an unknown number, and reads nothing then.
 */
export type FieldVisitor = (number: number, type: WireType, reader: BinaryReader) => boolean;

/**
 * Walks the fields of one message.
 * @returns the fields that `visit` did not take, as views.
 */
export function readFields(bytes: Uint8Array, budget: Budget, visit: FieldVisitor): RawFields {
  const reader = new BinaryReader(bytes);
  let rest: Uint8Array[] | undefined;
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, type] = reader.tag();
    spend(budget, 1);
    if (visit(number, type, reader)) continue;
    reader.skip(type, number);
    rest ??= [];
    rest.push(bytes.subarray(start, reader.pos));
  }
  return rest ?? nothing;
}

/** The payload of a length-delimited field, as a view. */
export function readBytes(reader: BinaryReader, type: WireType): Uint8Array {
  expectType(type, WireType.LengthDelimited);
  return reader.bytes();
}

/** Strict, because two names that differ in broken bytes only must not become one. */
export function readText(reader: BinaryReader, type: WireType): string {
  return decodeText(readBytes(reader, type));
}

/** @throws Error where the bytes are not UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  return getTextEncoding().decodeUtf8(bytes, true);
}

export function readBigInt(reader: BinaryReader, type: WireType): bigint {
  expectType(type, WireType.Varint);
  return BigInt(reader.int64());
}

/** An int64 that must be a number which JavaScript holds exactly. */
export function readInteger(reader: BinaryReader, type: WireType): number {
  const value = Number(readBigInt(reader, type));
  if (!Number.isSafeInteger(value)) throw malformed("an integer beyond 2^53");
  return value;
}

export function readFloat(reader: BinaryReader, type: WireType): number {
  expectType(type, WireType.Bit32);
  return reader.float();
}

/** A repeated int64 field, as one value or as a packed list; appends to `into`. */
export function readBigInts(reader: BinaryReader, type: WireType, into: bigint[], budget: Budget): void {
  if (type === WireType.Varint) {
    into.push(readBigInt(reader, type));
    return;
  }
  const packed = new BinaryReader(readBytes(reader, type));
  while (packed.pos < packed.len) {
    spend(budget, 1);
    into.push(BigInt(packed.int64()));
  }
}

/** A repeated float field, as one value or as a packed list; appends to `into`. */
export function readFloats(reader: BinaryReader, type: WireType, into: number[], budget: Budget): void {
  if (type === WireType.Bit32) {
    into.push(reader.float());
    return;
  }
  const bytes = readBytes(reader, type);
  if (bytes.length % 4 !== 0) throw malformed("a list of floats with a broken end");
  spend(budget, bytes.length / 4);
  const packed = new BinaryReader(bytes);
  while (packed.pos < packed.len) into.push(packed.float());
}

function spend(budget: Budget, items: number): void {
  budget.left -= items;
  if (budget.left < 0) throw malformed("more fields than any real model has");
}

function expectType(actual: WireType, expected: WireType): void {
  if (actual !== expected) throw malformed(`wire type ${actual} where ${expected} belongs`);
}

const nothing: RawFields = [];
