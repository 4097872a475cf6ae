// Reading nets that were written by hand, and refusing what is none.
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeNet } from "../../../tests/support/caffe2-writer.ts";
import { isXaiError } from "../errors.ts";
import { readNetDef } from "./net-def.ts";

const sample = writeNet({
  name: "net",
  operators: [
    {
      type: "Int8Conv",
      inputs: ["x", "w", "b"],
      outputs: ["y"],
      arguments: { stride: 2, Y_scale: { float: 0.5 }, order: "NHWC", low: -7 },
    },
    { type: "Fill", outputs: ["b"], arguments: { shape: { ints: [2, 3] }, values: { floats: [0.25, -1] } } },
  ],
  externalInputs: ["x", "w"],
  externalOutputs: ["y"],
});

describe("readNetDef", () => {
  test("operators, their values and their arguments", () => {
    const net = readNetDef(sample);
    expect(net).toMatchObject({ name: "net", externalInputs: ["x", "w"], externalOutputs: ["y"] });
    const [convolution, fill] = net.operators;
    expect(convolution).toMatchObject({ type: "Int8Conv", inputs: ["x", "w", "b"], outputs: ["y"] });
    expect(convolution.arguments.get("stride")).toEqual({ int: 2, ints: [], floats: [] });
    expect(convolution.arguments.get("low")?.int).toBe(-7);
    expect(convolution.arguments.get("Y_scale")?.float).toBe(0.5);
    expect(new TextDecoder().decode(convolution.arguments.get("order")?.bytes)).toBe("NHWC");
    expect(fill.arguments.get("shape")?.ints).toEqual([2, 3]);
    expect(fill.arguments.get("values")?.floats).toEqual([0.25, -1]);
  });

  test("packed lists read as single ones do", () => {
    const argument = new BinaryWriter().tag(1, WireType.LengthDelimited).string("shape");
    argument.tag(6, WireType.LengthDelimited).fork().int64(300).int64(-2).join();
    argument.tag(5, WireType.LengthDelimited).fork().float(1.5).float(2).join();
    const operator = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(argument.finish());
    const net = new BinaryWriter().tag(2, WireType.LengthDelimited).bytes(operator.finish());
    const [read] = readNetDef(net.finish()).operators;
    expect(read.arguments.get("shape")).toEqual({ ints: [300, -2], floats: [1.5, 2] });
  });

  test("unknown fields are skipped", () => {
    const extra = new BinaryWriter()
      .tag(99, WireType.Varint)
      .uint32(5)
      .tag(98, WireType.LengthDelimited)
      .string("?");
    expect(readNetDef(Uint8Array.of(...extra.finish(), ...sample)).operators.length).toBe(2);
  });

  test.each([
    ["nothing", new Uint8Array(0)],
    ["a page", new TextEncoder().encode("<!doctype html><html></html>")],
    ["a pointer", new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\noid sha256:0")],
    ["a net without operators", writeNet({ name: "empty", operators: [] })],
    ["a cut file", sample.subarray(0, sample.length - 2)],
    ["a file cut within an operator", sample.subarray(0, 20)],
    ["an integer past 2^53", hugeInteger()],
    ["text that is not UTF-8", Uint8Array.of(10, 2, 0xc3, 0x28, ...sample)],
  ])("%s is refused with a reason", (_, bytes) => {
    expect(() => readNetDef(bytes)).toThrow(expect.objectContaining({ code: "caffe2/malformed" }));
  });

  test("any bytes give a net or caffe2/malformed", () => {
    const anyBytes = fc.uint8Array({ maxLength: 300 });
    fc.assert(fc.property(anyBytes, expectNetOrError), { numRuns: 500 });
  });

  test("a net with bytes changed gives a net or caffe2/malformed", () => {
    const change = fc.tuple(fc.nat(sample.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = sample.slice();
        for (const [at, value] of changes) bytes[at] = value;
        expectNetOrError(bytes);
      }),
      { numRuns: 1000 },
    );
  });
});

function expectNetOrError(bytes: Uint8Array): void {
  try {
    expect(readNetDef(bytes).operators.length).toBeGreaterThan(0);
  } catch (error) {
    expect(isXaiError(error, "caffe2/malformed"), String(error)).toBe(true);
  }
}

function hugeInteger(): Uint8Array {
  const argument = new BinaryWriter()
    .tag(3, WireType.Varint)
    .int64(1n << 60n)
    .finish();
  const operator = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(argument).finish();
  return new BinaryWriter().tag(2, WireType.LengthDelimited).bytes(operator).finish();
}
