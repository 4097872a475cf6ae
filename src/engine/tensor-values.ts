// Float tensors of a model, whatever their precision, as the 32-bit numbers that everything else works on.
import { XaiError } from "../core/errors.ts";
import { ElementType } from "../core/onnx/model.ts";
import type { PlainTensor } from "./ort.ts";

/** Bits of float16 numbers, for engines that have no Float16Array; those that do hand out that instead. */
type HalfValues = Uint16Array | Iterable<number>;

/** The numbers of a float tensor as float32; the same array where they are that already. */
export function toFloat32({ type, data }: PlainTensor): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof Float64Array) return Float32Array.from(data);
  if (type === "float16") {
    const halves = data as HalfValues;
    return halves instanceof Uint16Array
      ? Float32Array.from(halves, halfToNumber)
      : Float32Array.from(halves);
  }
  throw new TypeError(`a tensor of ${type} where floating point was expected`);
}

/** A tensor of the element type that the model's input has. */
export function fromFloat32(
  values: Float32Array,
  dims: readonly number[],
  type: "float32" | "float16" | "float64",
): PlainTensor {
  if (type === "float64") return { type, dims, data: Float64Array.from(values) };
  if (type === "float16") return { type, dims, data: Uint16Array.from(values, numberToHalf) };
  return { type, dims, data: values };
}

/**
 * A tensor of one number throughout.
 * @param elementType ONNX's number for it, see `ElementType`.
 * @throws anatomy/unsupported-input for element types that no model input was seen with
 */
export function filledTensor(elementType: number, dims: readonly number[], value: number): PlainTensor {
  const length = dims.reduce((product, dim) => product * dim, 1);
  switch (elementType) {
    case ElementType.float32:
    case ElementType.float16:
    case ElementType.float64: {
      const type = floatTypes[elementType];
      return fromFloat32(new Float32Array(length).fill(value), dims, type);
    }
    case ElementType.int64:
      return { type: "int64", dims, data: new BigInt64Array(length).fill(BigInt(value)) };
    case ElementType.int32:
      return { type: "int32", dims, data: new Int32Array(length).fill(value) };
    case ElementType.bool:
      return { type: "bool", dims, data: new Uint8Array(length).fill(value) };
    default: {
      const reason = `an input of ONNX element type ${elementType}`;
      throw new XaiError("anatomy/unsupported-input", { reason });
    }
  }
}

const floatTypes = {
  [ElementType.float32]: "float32",
  [ElementType.float16]: "float16",
  [ElementType.float64]: "float64",
} as const;

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const largestHalf = 65504;

/** Rounds to nearest, ties to even; what is too large becomes infinite. */
function numberToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= largestHalf + 16) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 2 ** -14)));
  // Steps between neighbouring numbers are 2^(exponent - 10); a carry into the next exponent comes out right.
  const steps = roundTiesToEven(size / 2 ** (exponent - 10));
  const biased = exponent === -14 && steps < 1024 ? 0 : exponent + 15;
  return sign | (biased === 0 ? steps : (biased << 10) + steps - 1024);
}

function roundTiesToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
