import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { XaiError } from "../core/errors.ts";
import { filledTensor, fromFloat32, toFloat32 } from "./tensor-values.ts";

const half = (values: readonly number[]) =>
  fromFloat32(Float32Array.from(values), [values.length], "float16").data as Uint16Array;

describe("half precision", () => {
  test.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1.5 * 2 ** -24, 0x0002],
    [1023.5 * 2 ** -24, 0x0400],
    [1 + 1 / 2048, 0x3c00],
    [1 + 3 / 2048, 0x3c02],
    [0.333251953125, 0x3555],
    [2047.5, 0x6800],
  ])("%d is %i", (value, bits) => {
    expect([...half([value])]).toEqual([bits]);
  });

  test("every half number survives the way there and back", () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, index) => index);
    const numbers = toFloat32({ type: "float16", dims: [bits.length], data: bits });
    const back = half([...numbers]);
    for (let index = 0; index < bits.length; index++) {
      if (Number.isNaN(numbers[index]))
        expect((index & 0x7c00) === 0x7c00 && (index & 0x3ff) !== 0).toBe(true);
      else if (back[index] !== index) expect(back[index]).toBe(index);
    }
  });

  test("rounding never misses by more than half a step", () => {
    fc.assert(
      fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
        const [rounded] = toFloat32({ type: "float16", dims: [1], data: half([value]) });
        const step = 2 ** (Math.max(-14, Math.floor(Math.log2(Math.abs(rounded) || 1e-9))) - 10);
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(step / 2);
      }),
    );
  });

  test("an engine with Float16Array hands out numbers", () => {
    const numbers = [0.5, -3] as unknown as Uint16Array;
    expect([...toFloat32({ type: "float16", dims: [2], data: numbers })]).toEqual([0.5, -3]);
  });
});

test("float32 is passed on, float64 is narrowed, integers are refused", () => {
  const data = Float32Array.of(1, 2);
  expect(toFloat32({ type: "float32", dims: [2], data })).toBe(data);
  expect(toFloat32({ type: "float64", dims: [1], data: Float64Array.of(0.1) })).toEqual(Float32Array.of(0.1));
  expect(() => toFloat32({ type: "int32", dims: [1], data: Int32Array.of(1) })).toThrow(TypeError);
});

test("filled tensors of the types that inputs have", () => {
  expect(filledTensor(7, [1, 3], 1)).toEqual({
    type: "int64",
    dims: [1, 3],
    data: BigInt64Array.of(1n, 1n, 1n),
  });
  expect(filledTensor(9, [2], 1)).toEqual({ type: "bool", dims: [2], data: Uint8Array.of(1, 1) });
  expect(filledTensor(10, [1], 1)).toEqual({ type: "float16", dims: [1], data: Uint16Array.of(0x3c00) });
  expect(filledTensor(1, [], 1)).toEqual({ type: "float32", dims: [], data: Float32Array.of(1) });
  expect(() => filledTensor(8, [1], 1)).toThrow(XaiError);
});
