// The half-precision conversions that tests lean on, against values worked out by hand.
import { describe, expect, it } from "vitest";
import { float16ToNumber, numberToFloat16 } from "./safetensors.ts";

describe("float16", () => {
  it.each([
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x0400, 2 ** -14],
  ])("reads and writes 0x%s", (bits, value) => {
    expect(float16ToNumber(bits)).toBe(value);
    expect(numberToFloat16(value)).toBe(bits);
  });

  it("gives back every finite half", () => {
    for (let bits = 0; bits < 0x7c00; bits++) expect(numberToFloat16(float16ToNumber(bits))).toBe(bits);
  });

  it("rounds ties to even, and overflow to infinity", () => {
    expect(numberToFloat16(1 + 2 ** -11)).toBe(0x3c00);
    expect(numberToFloat16(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(numberToFloat16(65520)).toBe(0x7c00);
  });
});
