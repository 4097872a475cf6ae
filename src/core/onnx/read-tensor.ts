// Reads TensorProto: weights stay views into the file, or into the files beside it.
import { type BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { XaiError } from "../errors.ts";
import { bytesPerElement, type PackedField, type Tensor, type TensorData } from "./model.ts";
import {
  type Budget,
  malformed,
  readBigInts,
  readBytes,
  readFields,
  readInteger,
  readText,
  tooShort,
} from "./wire.ts";

/** What every part of the reader needs to know. */
export interface ReadContext {
  readonly budget: Budget;
  /** The file that an external tensor names; undefined where it was not given. */
  readonly findFile: (location: string) => Uint8Array | undefined;
}

/**
 * @throws onnx/missing-external-data where a file beside the model is needed and was not given.
 * @throws onnx/truncated where that file is too short.
 */
export function readTensor(bytes: Uint8Array, context: ReadContext): Tensor {
  const dims: bigint[] = [];
  const strings: Uint8Array[] = [];
  const packed = new Map<PackedField, Uint8Array[]>();
  const external = new Map<string, string>();
  let name = "";
  let elementType = 0;
  let raw: Uint8Array | undefined;
  let isExternal = false;
  const rest = readFields(bytes, context.budget, (number, type, reader) => {
    const field = packedFields.get(number);
    if (field !== undefined) addPacked(packed, field, reader, type);
    else if (number === 1) readBigInts(reader, type, dims, context.budget);
    else if (number === 2) elementType = readInteger(reader, type);
    else if (number === 6) strings.push(readBytes(reader, type));
    else if (number === 8) name = readText(reader, type);
    else if (number === 9) raw = readBytes(reader, type);
    else if (number === 13) readEntry(readBytes(reader, type), context.budget, external);
    else if (number === 14) isExternal = readInteger(reader, type) === 1;
    else return false;
    return true;
  });
  const shaped = { name, elementType, dims: dims.map(Number), rest };
  const size = byteSize(shaped);
  const data = isExternal ? findExternal(external, size, context) : inlineData(raw, packed, strings);
  if (!isExternal) checkSize(data, size, name);
  return { ...shaped, data };
}

const packedFields: ReadonlyMap<number, PackedField> = new Map([
  [4, "float"],
  [5, "int32"],
  [7, "int64"],
  [10, "double"],
  [11, "uint64"],
]);

/** Collects the payload whether the writer packed the list or not. */
function addPacked(
  chunks: Map<PackedField, Uint8Array[]>,
  field: PackedField,
  reader: BinaryReader,
  type: WireType,
): void {
  const list = chunks.get(field) ?? [];
  chunks.set(field, list);
  list.push(type === WireType.LengthDelimited ? readBytes(reader, type) : reader.skip(type));
}

function inlineData(
  raw: Uint8Array | undefined,
  packed: ReadonlyMap<PackedField, readonly Uint8Array[]>,
  strings: readonly Uint8Array[],
): TensorData {
  if (raw !== undefined) return { kind: "raw", bytes: raw };
  for (const [field, chunks] of packed) return { kind: "packed", field, bytes: joined(chunks) };
  return strings.length > 0 ? { kind: "strings", values: strings } : { kind: "none" };
}

/** One chunk is the rule and stays a view. */
function joined(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function readEntry(bytes: Uint8Array, budget: Budget, into: Map<string, string>): void {
  let key = "";
  let value = "";
  readFields(bytes, budget, (number, type, reader) => {
    if (number === 1) key = readText(reader, type);
    else if (number === 2) value = readText(reader, type);
    else return false;
    return true;
  });
  into.set(key, value);
}

function findExternal(
  entries: ReadonlyMap<string, string>,
  size: number | undefined,
  context: ReadContext,
): TensorData {
  const location = entries.get("location") ?? "";
  const file = context.findFile(location);
  if (file === undefined) throw new XaiError("onnx/missing-external-data", { location });
  const offset = decimal(entries.get("offset") ?? "0");
  const length = decimal(entries.get("length") ?? String(size ?? file.length - offset));
  if (size !== undefined && length !== size) throw malformed(`external data of ${length} bytes for ${size}`);
  if (offset + length > file.length) throw tooShort(location, offset + length, file.length);
  return { kind: "external", location, offset, length, file };
}

function decimal(text: string): number {
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text)) throw malformed("an offset or a length that is not a number");
  return value;
}

/** Bytes the elements take; undefined for types of other than whole bytes. */
function byteSize(tensor: Pick<Tensor, "elementType" | "dims">): number | undefined {
  if (tensor.dims.some((size) => size < 0)) throw malformed("a tensor of negative size");
  const each = bytesPerElement(tensor.elementType);
  return each === undefined ? undefined : tensor.dims.reduce((product, size) => product * size, each);
}

function checkSize(data: TensorData, size: number | undefined, name: string): void {
  if (size === undefined) return;
  const isExact = data.kind === "raw" || (data.kind === "packed" && isFixedWidth(data.field));
  const actual = isExact ? data.bytes.length : data.kind === "none" ? 0 : size;
  if (actual !== size) throw malformed(`tensor ${name} has ${actual} bytes where its shape needs ${size}`);
}

function isFixedWidth(field: PackedField): boolean {
  return field === "float" || field === "double";
}
