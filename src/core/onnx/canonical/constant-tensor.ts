// Makes initializers of any numeric element type from plain numbers.
import { ElementType, type Tensor } from "../model.ts";

/**
 * Numbers are rounded to the element type; infinite ones and the ends of int64 are kept.
 * @returns null for element types that hold no numbers, and for integers that a double does not hold exactly.
 */
export function constantTensor(
  name: string,
  elementType: number,
  dims: readonly number[],
  values: readonly number[],
): Tensor | null {
  const pack = packers.get(elementType);
  if (pack === undefined) return null;
  const list = pack(values);
  if (list === null) return null;
  const bytes = new Uint8Array(list.buffer, list.byteOffset, list.byteLength);
  return { name, elementType, dims, data: { kind: "raw", bytes }, rest: [] };
}

type Pack = (values: readonly number[]) => ArrayBufferView<ArrayBuffer> | null;

const packers: ReadonlyMap<number, Pack> = new Map<number, Pack>([
  [ElementType.float32, (values) => Float32Array.from(values)],
  [ElementType.float64, (values) => Float64Array.from(values)],
  [ElementType.float16, (values) => Uint16Array.from(values, numberToHalf)],
  [ElementType.int32, (values) => Int32Array.from(values)],
  [ElementType.uint8, (values) => Uint8Array.from(values)],
  [ElementType.int8, (values) => Int8Array.from(values)],
  [ElementType.bool, (values) => Uint8Array.from(values, Number)],
  [ElementType.int64, packInt64],
]);

/** Ends of slices are the largest int64, which a double rounds up by one. */
function packInt64(values: readonly number[]): BigInt64Array<ArrayBuffer> | null {
  const list = new BigInt64Array(values.length);
  for (const [index, value] of values.entries()) {
    if (value >= 2 ** 63) list[index] = 2n ** 63n - 1n;
    else if (value <= -(2 ** 63)) list[index] = -(2n ** 63n);
    else if (Number.isSafeInteger(value)) list[index] = BigInt(value);
    else return null;
  }
  return list;
}

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** The 16 bits of the nearest IEEE 754 half, ties to even. */
export function numberToHalf(value: number): number {
  single[0] = value;
  const bits = singleBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return sign | 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | roundHalfEven(magnitude * 2 ** 24);
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), -14);
  const fraction = roundHalfEven((magnitude / 2 ** exponent - 1) * 1024);
  return sign | (((exponent + 15) << 10) + fraction);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
