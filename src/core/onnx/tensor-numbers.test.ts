// Elements of tensors as numbers, in every way that files store them.
import { describe, expect, it } from "vitest";
import { ElementType, type Tensor, type TensorData } from "./model.ts";
import { tensorNumbers } from "./tensor-numbers.ts";

function tensor(elementType: number, dims: readonly number[], data: TensorData): Tensor {
  return { name: "t", elementType, dims, data, rest: [] };
}

function raw(array: { readonly buffer: ArrayBufferLike }): TensorData {
  return { kind: "raw", bytes: new Uint8Array(array.buffer) };
}

describe("tensorNumbers", () => {
  it.each<[string, Tensor, number[] | null]>([
    ["int64", tensor(ElementType.int64, [2], raw(BigInt64Array.of(-5n, 7n))), [-5, 7]],
    ["a scalar", tensor(ElementType.float64, [], raw(Float64Array.of(0.1))), [0.1]],
    ["booleans", tensor(ElementType.bool, [2], raw(Uint8Array.of(1, 0))), [1, 0]],
    [
      "halves",
      tensor(ElementType.float16, [3], raw(Uint16Array.of(0x3c00, 0xc100, 0x0001))),
      [1, -2.5, 2 ** -24],
    ],
    ["no elements", tensor(ElementType.int64, [0], { kind: "none" }), []],
    [
      "packed floats",
      tensor(ElementType.float32, [1], {
        kind: "packed",
        field: "float",
        bytes: Uint8Array.of(0, 0, 0x20, 0x41),
      }),
      [10],
    ],
    [
      "packed varints, negative ones in ten bytes",
      tensor(ElementType.int64, [2], {
        kind: "packed",
        field: "int64",
        bytes: Uint8Array.of(0x96, 0x01, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1),
      }),
      [150, -1],
    ],
    [
      "halves as packed varints of their bits",
      tensor(ElementType.float16, [1], { kind: "packed", field: "int32", bytes: Uint8Array.of(0x80, 0x78) }),
      [1],
    ],
    ["data that does not fit", tensor(ElementType.int64, [3], raw(BigInt64Array.of(1n))), null],
    ["texts", tensor(ElementType.string, [1], { kind: "strings", values: [new Uint8Array(1)] }), null],
    ["a broken varint", tensor(7, [1], { kind: "packed", field: "int64", bytes: Uint8Array.of(0x80) }), null],
  ])("reads %s", (_, given, expected) => {
    expect(tensorNumbers(given)).toEqual(expected);
  });

  it("reads external data from its place in the file, aligned or not", () => {
    const file = Uint8Array.of(9, 1, 0, 0, 0, 2, 0, 0, 0, 9);
    const data: TensorData = { kind: "external", location: "w", offset: 1, length: 8, file };
    expect(tensorNumbers(tensor(ElementType.int32, [2], data))).toEqual([1, 2]);
  });
});
