// Encodes numbers as tensors of any element type that gradients use.
import { ElementType, type Tensor } from "../onnx/model.ts";

/** @throws Error for element types without an encoding here, which no gradient has. */
export function makeConstant(
  name: string,
  elementType: number,
  dims: readonly number[],
  values: readonly number[],
): Tensor {
  const encode = encoders.get(elementType);
  if (encode === undefined) throw new Error(`element type ${elementType} cannot be written as a constant`);
  const array = encode(values);
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return { name, elementType, dims, data: { kind: "raw", bytes }, rest: [] };
}

/** Typed arrays are little-endian wherever JavaScript runs today, as ONNX wants it. */
const encoders: ReadonlyMap<number, (values: readonly number[]) => ArrayBufferView<ArrayBuffer>> = new Map<
  number,
  (values: readonly number[]) => ArrayBufferView<ArrayBuffer>
>([
  [ElementType.float32, (values) => Float32Array.from(values)],
  [ElementType.float64, (values) => Float64Array.from(values)],
  [ElementType.float16, (values) => Uint16Array.from(values, halfBits)],
  [ElementType.bfloat16, (values) => Uint16Array.from(values, (value) => singleBits(value) >>> 16)],
  [ElementType.int64, (values) => BigInt64Array.from(values, BigInt)],
  [ElementType.int32, (values) => Int32Array.from(values)],
  [ElementType.bool, (values) => Uint8Array.from(values)],
]);

function singleBits(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}

/** The 16 bits of the half-precision number nearest to `value`, ties to even, too large ones as infinity. */
function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const steps = roundHalfToEven(size / 2 ** (exponent - 10));
  return sign | (exponent === -14 ? steps : ((exponent + 14) << 10) + steps);
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
