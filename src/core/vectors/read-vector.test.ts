// Vectors as people have them: JSON lists and NPY files; everything else is refused with a reason.
import { describe, expect, it } from "vitest";
import { isXaiError } from "../errors.ts";
import { readVector } from "./read-vector.ts";

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** An NPY file as NumPy writes it. */
function npy(descr: string, shape: string, elements: ArrayBufferView, version = 1): Uint8Array {
  const prefix = version === 1 ? 10 : 12;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const header = `${text.padEnd(64 * Math.ceil((text.length + prefix + 1) / 64) - prefix - 1)}\n`;
  const file = new Uint8Array(prefix + header.length + elements.byteLength);
  file.set([0x93, ...new TextEncoder().encode("NUMPY"), version, 0]);
  const view = new DataView(file.buffer);
  if (version === 1) view.setUint16(8, header.length, true);
  else view.setUint32(8, header.length, true);
  file.set(new TextEncoder().encode(header), prefix);
  file.set(new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength), prefix + header.length);
  return file;
}

function reasonOf(bytes: Uint8Array): string {
  try {
    readVector(bytes);
  } catch (error) {
    if (isXaiError(error, "vector/unreadable")) return error.details.reason;
    throw error;
  }
  return "";
}

describe("readVector", () => {
  it.each([
    ["a JSON list", json([0.5, -2, 0.25])],
    ["a JSON list in a list", json([[0.5, -2, 0.25]])],
    ["NPY of float32", npy("<f4", "(3,)", Float32Array.of(0.5, -2, 0.25))],
    ["NPY of float64 as a row", npy("<f8", "(1, 3)", Float64Array.of(0.5, -2, 0.25))],
    ["NPY of float16, version 2", npy("<f2", "(3,)", Uint16Array.of(0x3800, 0xc000, 0x3400), 2)],
    ["NPY of float32, big-endian", npy(">f4", "(3,)", bigEndian([0.5, -2, 0.25]))],
  ])("reads %s", (_, bytes) => {
    expect([...readVector(bytes)]).toEqual([0.5, -2, 0.25]);
  });

  it("reads NPY from the middle of a buffer", () => {
    const file = npy("<f4", "(2,)", Float32Array.of(1, 2));
    const moved = new Uint8Array(file.length + 3);
    moved.set(file, 3);
    expect([...readVector(moved.subarray(3))]).toEqual([1, 2]);
  });

  it.each([
    ["nothing", new Uint8Array(0), "neither JSON nor NPY"],
    ["a sentence", new TextEncoder().encode("hello"), "neither JSON nor NPY"],
    ["an object", json({ a: 1 }), "not a list"],
    ["two rows", json([[1], [2]]), "more than one row"],
    ["words", json(["a"]), "more than one row"],
    ["an empty list", json([]), "empty"],
    ["NPY of whole numbers", npy("<i8", "(2,)", BigInt64Array.of(1n, 2n)), "not floats"],
    ["NPY of a matrix", npy("<f4", "(2, 2)", Float32Array.of(1, 2, 3, 4)), "more than one row"],
    ["NPY cut off", npy("<f4", "(2,)", Float32Array.of(1, 2)).subarray(0, -1), "too early"],
    ["NPY cut off in its header", npy("<f4", "(2,)", Float32Array.of(1, 2)).subarray(0, 40), "too early"],
    ["NPY with a NaN", npy("<f4", "(2,)", Float32Array.of(1, Number.NaN)), "finite"],
  ])("refuses %s", (_, bytes, reason) => {
    expect(reasonOf(bytes)).toContain(reason);
  });
});

function bigEndian(values: readonly number[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, index) => {
    bytes.setFloat32(4 * index, value, false);
  });
  return new Uint8Array(bytes.buffer);
}
