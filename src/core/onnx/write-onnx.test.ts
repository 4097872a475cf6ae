// Weights referred to in the original file, as onnxruntime-web loads them.
import { afterEach, describe, expect, it } from "vitest";
import {
  type ExternalFile,
  largestDifference,
  type ModelRunner,
  openModel,
} from "../../../tests/support/ort.ts";
import { tinyVit } from "../../../tests/support/tiny-vit.ts";
import { ElementType, type OnnxModel, type Tensor } from "./model.ts";
import { readOnnx } from "./read-onnx.ts";
import { writeOnnx } from "./write-onnx.ts";

const original = writeOnnx(tinyVit()).bytes;
const picture = {
  data: Float32Array.from({ length: 192 }, (_, index) => Math.sin(index)),
  shape: [1, 3, 8, 8],
};
let open: ModelRunner | undefined;

async function scores(bytes: Uint8Array, files: readonly ExternalFile[] = []): Promise<ArrayLike<number>> {
  open = await openModel(bytes, files);
  return (await open.run({ picture })).scores!.data;
}

/** The same weights as `float_data` instead of `raw_data`. */
function withFloatData(model: OnnxModel): OnnxModel {
  const initializers = model.graph.initializers.map((tensor): Tensor => {
    if (tensor.elementType !== ElementType.float32 || tensor.data.kind !== "raw") return tensor;
    return { ...tensor, data: { kind: "packed", field: "float", bytes: tensor.data.bytes } };
  });
  return { ...model, graph: { ...model.graph, initializers } };
}

/** The file's bytes somewhere inside a larger buffer, so that offsets are no multiple of anything. */
function shifted(bytes: Uint8Array, by: number): Uint8Array {
  const larger = new Uint8Array(bytes.length + by + 7);
  larger.set(bytes, by);
  return larger.subarray(by, by + bytes.length);
}

describe("writeOnnx with externalise", () => {
  afterEach(async () => {
    await open?.release();
    open = undefined;
  });

  it.each([
    ["raw_data", original],
    ["raw_data at odd offsets", shifted(original, 3)],
    ["float_data", writeOnnx(withFloatData(tinyVit())).bytes],
  ])("gives the same scores from %s", async (_, bytes) => {
    const lean = writeOnnx(readOnnx(bytes), { externalise: { path: "weights", minimumBytes: 64 } });
    expect(lean.externalData).toHaveLength(1);
    expect(lean.externalData[0]!.data).toBe(bytes);
    expect(lean.bytes.length).toBeLessThan(bytes.length / 2);
    const expected = await scores(original);
    expect(largestDifference(await scores(lean.bytes, lean.externalData), expected)).toBe(0);
  });

  it("keeps references that the file already has, and adds its own beside them", async () => {
    const first = writeOnnx(readOnnx(original), { externalise: { path: "weights", minimumBytes: 1000 } });
    expect(first.externalData.map(({ path }) => path)).toEqual(["weights"]);
    const read = readOnnx(first.bytes, new Map([["weights", original]]));
    const unchanged = writeOnnx(read);
    expect(unchanged.externalData).toEqual([{ path: "weights", data: original }]);
    // The name is taken by the first file, so the second gets another.
    const both = writeOnnx(read, { externalise: { path: "weights", minimumBytes: 64 } });
    expect(both.externalData.map(({ data }) => data)).toEqual(
      expect.arrayContaining([original, first.bytes]),
    );
    expect(new Set(both.externalData.map(({ path }) => path)).size).toBe(2);
    const expected = await scores(original);
    expect(largestDifference(await scores(unchanged.bytes, unchanged.externalData), expected)).toBe(0);
    expect(largestDifference(await scores(both.bytes, both.externalData), expected)).toBe(0);
  });

  it("writes small tensors, integers and tensors from elsewhere inline", () => {
    const read = readOnnx(original);
    const added: Tensor = {
      ...read.graph.initializers[0]!,
      name: "added",
      data: { kind: "raw", bytes: new Uint8Array(8 * 3 * 4 * 4 * 4) },
    };
    const graph = { ...read.graph, initializers: [...read.graph.initializers, added] };
    const lean = writeOnnx({ ...read, graph }, { externalise: { path: "weights", minimumBytes: 64 } });
    const written = readOnnx(lean.bytes, new Map([["weights", original]])).graph.initializers;
    for (const { name, elementType, data } of written) {
      const bytes = read.graph.initializers.find((tensor) => tensor.name === name)?.data;
      const isLarge = bytes?.kind === "raw" && bytes.bytes.length >= 64;
      expect(data.kind, name).toBe(isLarge && elementType === ElementType.float32 ? "external" : "raw");
    }
  });

  // What the runtime says, so that a newer one that says otherwise is noticed.
  it.each([
    ["an absolute path", "/weights", (file: ExternalFile) => file, /Absolute path not allowed/],
    [
      "no file of that name",
      "weights",
      (file: ExternalFile) => ({ ...file, path: "other" }),
      /File not found/,
    ],
    [
      "a file that is too short",
      "weights",
      (file: ExternalFile) => ({ ...file, data: file.data.subarray(0, 900) }),
      /Out of bounds/,
    ],
  ])("is refused by the runtime for %s", async (_, path, change, message) => {
    const lean = writeOnnx(readOnnx(original), { externalise: { path, minimumBytes: 64 } });
    await expect(scores(lean.bytes, lean.externalData.map(change))).rejects.toThrow(message);
  });
});
