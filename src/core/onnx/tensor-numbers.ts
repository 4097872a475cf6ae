// Reads the elements of a tensor as numbers: for constants in graphs, not for weights in bulk.
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { bytesPerElement, ElementType, type Tensor } from "./model.ts";

/** Number of elements of a tensor of these sizes; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

/**
 * The elements, row-major, booleans as 0 and 1, 64-bit integers rounded to a double.
 * @returns null for element types that are not numbers, and for data that does not fit the shape.
 */
export function tensorNumbers(tensor: Tensor): number[] | null {
  const { data } = tensor;
  const count = elementCount(tensor.dims);
  if (data.kind === "none") return count === 0 ? [] : null;
  if (data.kind === "strings") return null;
  if (data.kind === "packed")
    return checked(packedNumbers(tensor.elementType, data.field, data.bytes), count);
  const bytes = data.kind === "raw" ? data.bytes : data.file.subarray(data.offset, data.offset + data.length);
  return checked(rawNumbers(tensor.elementType, bytes), count);
}

function checked(numbers: number[] | null, count: number): number[] | null {
  return numbers?.length === count ? numbers : null;
}

function rawNumbers(elementType: number, bytes: Uint8Array): number[] | null {
  const size = bytesPerElement(elementType);
  const read = rawReaders.get(elementType);
  if (size === undefined || read === undefined) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => read(view, index * size));
}

const rawReaders: ReadonlyMap<number, (view: DataView, at: number) => number> = new Map([
  [ElementType.float32, (view: DataView, at: number) => view.getFloat32(at, true)],
  [ElementType.float64, (view: DataView, at: number) => view.getFloat64(at, true)],
  [ElementType.float16, (view: DataView, at: number) => halfToNumber(view.getUint16(at, true))],
  [ElementType.int8, (view: DataView, at: number) => view.getInt8(at)],
  [ElementType.uint8, (view: DataView, at: number) => view.getUint8(at)],
  [ElementType.bool, (view: DataView, at: number) => view.getUint8(at)],
  [ElementType.int16, (view: DataView, at: number) => view.getInt16(at, true)],
  [ElementType.uint16, (view: DataView, at: number) => view.getUint16(at, true)],
  [ElementType.int32, (view: DataView, at: number) => view.getInt32(at, true)],
  [ElementType.uint32, (view: DataView, at: number) => view.getUint32(at, true)],
  [ElementType.int64, (view: DataView, at: number) => Number(view.getBigInt64(at, true))],
  [ElementType.uint64, (view: DataView, at: number) => Number(view.getBigUint64(at, true))],
]);

function packedNumbers(elementType: number, field: string, bytes: Uint8Array): number[] | null {
  if (field === "float") return rawNumbers(ElementType.float32, bytes);
  if (field === "double") return rawNumbers(ElementType.float64, bytes);
  const reader = new BinaryReader(bytes);
  const numbers: number[] = [];
  try {
    while (reader.pos < reader.len) {
      numbers.push(Number(field === "uint64" ? reader.uint64() : reader.int64()));
    }
  } catch {
    return null;
  }
  // `int32_data` carries halves as their bits.
  return elementType === ElementType.float16 ? numbers.map(halfToNumber) : numbers;
}

/** The value of an IEEE 754 half-precision number given by its 16 bits. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
