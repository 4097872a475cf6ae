// Numbers as stored: every half, rounding to the nearest one, the ends of int64.
import { describe, expect, it } from "vitest";
import { ElementType } from "../model.ts";
import { tensorNumbers } from "../tensor-numbers.ts";
import { constantTensor, numberToHalf } from "./constant-tensor.ts";

function stored(elementType: number, values: readonly number[]): readonly number[] | null {
  const tensor = constantTensor("c", elementType, [values.length], values);
  return tensor === null ? null : tensorNumbers(tensor);
}

describe("constants", () => {
  it("every half is itself", () => {
    const bits = Array.from({ length: 65536 }, (_, index) => index);
    const bytes = new Uint8Array(Uint16Array.from(bits).buffer);
    const data = { kind: "raw", bytes } as const;
    const halves = tensorNumbers({
      name: "",
      elementType: ElementType.float16,
      dims: [65536],
      data,
      rest: [],
    })!;
    const wrong = bits.filter(
      (index) => !Number.isNaN(halves[index]) && numberToHalf(halves[index]!) !== index,
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [1 + 2 ** -11 + 2 ** -20, 0x3c01],
    [2 ** -25, 0x0000],
    [2 ** -25 * 1.01, 0x0001],
    [2 ** -14 - 2 ** -25, 0x0400],
    [65519.9, 0x7bff],
    [65520, 0x7c00],
    [-1e9, 0xfc00],
    [-0, 0x8000],
  ])("%f is the half %i", (value, bits) => {
    expect(numberToHalf(value)).toBe(bits);
  });

  it("not a number stays none", () => {
    expect(numberToHalf(Number.NaN) & 0x7fff).toBeGreaterThan(0x7c00);
  });

  it("floats are rounded, integers kept, truth is one", () => {
    expect(stored(ElementType.float32, [0.1, -1e39])).toEqual([Math.fround(0.1), -Infinity]);
    expect(stored(ElementType.float64, [0.1])).toEqual([0.1]);
    expect(stored(ElementType.int64, [-5, 2 ** 53 - 1])).toEqual([-5, 2 ** 53 - 1]);
    expect(stored(ElementType.bool, [1, 0])).toEqual([1, 0]);
  });

  it("the ends of int64 are kept", () => {
    const { data } = constantTensor("c", ElementType.int64, [2], [2 ** 63, -(2 ** 63)])!;
    const list = new BigInt64Array((data as { bytes: Uint8Array<ArrayBuffer> }).bytes.buffer);
    expect([...list]).toEqual([2n ** 63n - 1n, -(2n ** 63n)]);
  });

  it("nothing is made of integers that a double does not hold, nor of other types", () => {
    expect(stored(ElementType.int64, [2 ** 53 + 2])).toBeNull();
    expect(stored(ElementType.string, [1])).toBeNull();
  });
});
