// Files that are read, and files that are refused with the exact reason.
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { describe, expect, it } from "vitest";
import { tinyVit } from "../../../tests/support/tiny-vit.ts";
import { type ErrorCode, XaiError } from "../errors.ts";
import { makeGraph, makeIntTensor, makeNode } from "./build.ts";
import type { OnnxModel, Tensor } from "./model.ts";
import { readOnnx } from "./read-onnx.ts";
import { writeOnnx } from "./write-onnx.ts";

const model = tinyVit();
const file = writeOnnx(model).bytes;

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function errorOf(bytes: Uint8Array, files?: ReadonlyMap<string, Uint8Array>): XaiError {
  try {
    readOnnx(bytes, files);
  } catch (error) {
    if (error instanceof XaiError) return error;
    throw error;
  }
  throw new Error("not refused");
}

function withInitializers(...initializers: readonly Tensor[]): OnnxModel {
  return { ...model, graph: { ...model.graph, initializers } };
}

function externalTensor(length: number, data: Uint8Array): Tensor {
  const reference = { kind: "external", location: "model.onnx.data", offset: 4, length, file: data } as const;
  return { name: "w", elementType: 1, dims: [2, 2], data: reference, rest: [] };
}

describe("readOnnx", () => {
  it("gives back what was written, with weights as views into the file", () => {
    const read = readOnnx(file);
    expect({ ...read, source: model.source }).toEqual(model);
    for (const { data } of read.graph.initializers) {
      expect(data.kind === "raw" && data.bytes.buffer).toBe(file.buffer);
    }
  });

  it("finds external data by base name, as a view", () => {
    const data = new Uint8Array(24);
    const { bytes } = writeOnnx(withInitializers(externalTensor(16, data)));
    for (const path of ["model.onnx.data", "some/folder/model.onnx.data", "C:\\models\\model.onnx.data"]) {
      const [tensor] = readOnnx(bytes, new Map([[path, data]])).graph.initializers;
      expect(tensor!.data).toEqual({
        kind: "external",
        location: "model.onnx.data",
        offset: 4,
        length: 16,
        file: data,
      });
      expect(tensor!.data.kind === "external" && tensor!.data.file).toBe(data);
    }
  });

  it.each<[string, Uint8Array, ErrorCode, string]>([
    ["no bytes", new Uint8Array(0), "onnx/truncated", "empty"],
    ["a web page", text("<!DOCTYPE html><html><body>404"), "onnx/html-page", ""],
    ["a web page after a comment", text("\ufeff <!-- x -->\n<HTML lang=en>"), "onnx/html-page", ""],
    [
      "a git-LFS pointer",
      text("version https://git-lfs.github.com/spec/v1\noid"),
      "onnx/git-lfs-pointer",
      "",
    ],
    ["a PyTorch checkpoint", text("PK\u0003\u0004 and more"), "onnx/not-onnx", "zip"],
    ["JSON", text('{"error": "not found"}'), "onnx/not-onnx", "JSON"],
    ["safetensors", text('\u0008\0\0\0\0\0\0\0{"a":1}'), "onnx/not-onnx", "safetensors"],
    ["plain text", text("Not Found"), "onnx/not-onnx", ""],
    ["zeros", new Uint8Array(64), "onnx/not-onnx", ""],
    ["half of a file", file.subarray(0, file.length / 2), "onnx/truncated", ""],
    ["all but the last byte", file.subarray(0, -1), "onnx/truncated", ""],
    ["a file without its last fields", file.subarray(0, 2), "onnx/truncated", "before the graph"],
  ])("refuses %s", (_, bytes, code, reason) => {
    const error = errorOf(bytes);
    expect(error.code).toBe(code);
    expect(error.message).toContain(reason);
  });

  it("refuses operator sets that the runtime does not know", () => {
    const opset = (domain: string, version: number) => [{ domain, version, rest: [] }];
    for (const version of [1, 6, 27, 1000]) {
      const error = errorOf(writeOnnx({ ...model, opsets: opset("", version) }).bytes);
      expect(error).toMatchObject({
        code: "onnx/unsupported-opset",
        details: { domain: "ai.onnx", version },
      });
    }
    const foreign = makeGraph({ nodes: [makeNode("Magic", [], ["y"], {}, "my.company")] });
    const opsets = [...opset("", 17), ...opset("my.company", 3)];
    expect(errorOf(writeOnnx({ ...model, graph: foreign, opsets }).bytes)).toMatchObject({
      code: "onnx/unsupported-opset",
      details: { domain: "my.company", version: 3 },
    });
  });

  it("says which external file is missing, and when one is too short", () => {
    const data = new Uint8Array(24);
    const { bytes } = writeOnnx(withInitializers(externalTensor(16, data)));
    expect(errorOf(bytes)).toMatchObject({
      code: "onnx/missing-external-data",
      details: { location: "model.onnx.data" },
    });
    expect(errorOf(bytes, new Map([["other.data", data]])).code).toBe("onnx/missing-external-data");
    expect(errorOf(bytes, new Map([["model.onnx.data", data.subarray(0, 19)]])).code).toBe("onnx/truncated");
    const wrong = writeOnnx(withInitializers(externalTensor(12, data))).bytes;
    expect(errorOf(wrong, new Map([["model.onnx.data", data]])).code).toBe("onnx/not-onnx");
  });

  it("refuses tensors whose bytes do not fit their shape, whatever size they claim", () => {
    const claim = { ...makeIntTensor("huge", [1], [1]), dims: [2 ** 40, 2 ** 40] };
    expect(errorOf(writeOnnx(withInitializers(claim)).bytes).code).toBe("onnx/not-onnx");
    const negative = { ...makeIntTensor("negative", [1], [1]), dims: [-1] };
    expect(errorOf(writeOnnx(withInitializers(negative)).bytes).code).toBe("onnx/not-onnx");
  });

  it("refuses graphs nested without end before the stack does", () => {
    let graph = new Uint8Array(0);
    for (let depth = 0; depth < 1000; depth++) graph = nested(graph);
    const writer = new BinaryWriter().tag(1, WireType.Varint).int64(8);
    writer.tag(7, WireType.LengthDelimited).bytes(graph);
    writer.tag(8, WireType.LengthDelimited).fork().tag(2, WireType.Varint).int64(17).join();
    const error = errorOf(writer.finish());
    expect(error.code).toBe("onnx/not-onnx");
    expect(error.message).toContain("nested");
  });
});

/** A graph with a node with an attribute with the given graph. */
function nested(inner: Uint8Array): Uint8Array<ArrayBuffer> {
  const attribute = new BinaryWriter().tag(6, WireType.LengthDelimited).bytes(inner).finish();
  const node = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(attribute).finish();
  return new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(node).finish();
}
