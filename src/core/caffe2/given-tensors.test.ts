// Weights by hand: numbers of each kind, and what does not fit.
import { describe, expect, test } from "vitest";
import { type WrittenArgument, writeNet } from "../../../tests/support/caffe2-writer.ts";
import { channelsSecond, givenTensors } from "./given-tensors.ts";
import { readNetDef } from "./net-def.ts";

function given(type: string, settings: Readonly<Record<string, WrittenArgument>>) {
  const operator = { type, outputs: ["w"], arguments: settings };
  return givenTensors(readNetDef(writeNet({ operators: [operator] }))).get("w");
}

const shape = { ints: [1, 3] };
const scale = { float: 0.5 };

describe("givenTensors", () => {
  test("floats stay", () => {
    const tensor = given("GivenTensorFill", { shape, values: { floats: [1, 0.25, -3] } });
    expect(tensor).toEqual({ dims: [1, 3], values: Float32Array.of(1, 0.25, -3) });
  });

  test("bytes are (q - zero point) * scale", () => {
    const settings = { shape, values: Uint8Array.of(0, 128, 255), Y_scale: scale, Y_zero_point: 128 };
    expect(given("Int8GivenTensorFill", settings)?.values).toEqual(Float32Array.of(-64, 0, 63.5));
  });

  test("32-bit integers too", () => {
    const settings = { shape, values: { ints: [-100_000, 0, 7] }, Y_scale: scale, Y_zero_point: 0 };
    expect(given("Int8GivenIntTensorFill", settings)?.values).toEqual(Float32Array.of(-50_000, 0, 3.5));
  });

  test.each([
    ["too few values", "Int8GivenTensorFill", { shape, values: Uint8Array.of(1), Y_scale: scale }],
    ["a negative size", "GivenTensorFill", { shape: { ints: [-1, -3] }, values: { floats: [1, 2, 3] } }],
    ["no scale", "Int8GivenTensorFill", { shape, values: Uint8Array.of(1, 2, 3) }],
    [
      "a scale of zero",
      "Int8GivenTensorFill",
      { shape, values: Uint8Array.of(1, 2, 3), Y_scale: { float: 0 } },
    ],
    [
      "a zero point that is no byte",
      "Int8GivenTensorFill",
      { shape, values: Uint8Array.of(1, 2, 3), Y_scale: scale, Y_zero_point: 256 },
    ],
    ["no values", "Int8GivenTensorFill", { shape, Y_scale: scale }],
  ] as const)("%s is malformed", (_, type, settings) => {
    expect(() => given(type, settings)).toThrow(expect.objectContaining({ code: "caffe2/malformed" }));
  });

  test.each(["XavierFill", "constructor", "__proto__"])("%s is no way to fill in weights", (type) => {
    expect(() => given(type, { shape })).toThrow(
      expect.objectContaining({ code: "caffe2/unsupported-operator", details: { operator: type } }),
    );
  });
});

describe("channelsSecond", () => {
  test("moves the last axis before height and width", () => {
    // [out 1, height 1, width 2, in 3]
    const tensor = { dims: [1, 1, 2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) };
    expect(channelsSecond(tensor)).toEqual({ dims: [1, 3, 1, 2], values: Float32Array.of(1, 4, 2, 5, 3, 6) });
  });

  test("keeps outputs apart", () => {
    const tensor = { dims: [2, 2, 1, 2], values: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
    expect([...channelsSecond(tensor).values]).toEqual([1, 3, 2, 4, 5, 7, 6, 8]);
  });
});
