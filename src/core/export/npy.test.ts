// NPY files byte by byte, and as NumPy itself reads them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { readNpy } from "../vectors/read-npy.ts";
import { writeNpy } from "./npy.ts";

const python = spawnSync("python3", ["-c", "import numpy"]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "patchlight-npy-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What NumPy makes of the file: type, shape, and the elements as 64-bit floats. */
function readByPython(bytes: Uint8Array): { dtype: string; shape: number[]; values: number[] } {
  const path = join(folder, "map.npy");
  writeFileSync(path, bytes);
  const script =
    "import json, sys, numpy; a = numpy.load(sys.argv[1], allow_pickle=False); " +
    "print(json.dumps({'dtype': a.dtype.str, 'shape': a.shape, 'values': a.astype('f8').ravel().tolist()}))";
  const { stdout, stderr } = spawnSync("python3", ["-c", script, path], { encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

describe("writeNpy", () => {
  it("writes the header that NumPy writes, byte for byte", () => {
    const bytes = writeNpy(Float32Array.of(1, -2, 0.5, 3, 4, 5), [2, 3]);
    const header = Buffer.from(bytes.subarray(0, 128)).toString("latin1");
    const dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    expect(header).toBe(`\x93NUMPY\x01\x00\x76\x00${dictionary.padEnd(117)}\n`);
    expect([...bytes.subarray(128, 136)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
    expect(bytes.length).toBe(128 + 6 * 4);
  });

  it("aligns the elements for every length of the header, and writes a comma after a single axis", () => {
    for (const shape of [[0], [1], [4], [1, 1, 1, 4], new Array(40).fill(1)]) {
      const count = shape.reduce((product, axis) => product * axis, 1);
      const bytes = writeNpy(new Uint8Array(count), shape);
      expect((bytes.length - count) % 64).toBe(0);
      const text = Buffer.from(bytes).toString("latin1");
      expect(text).toContain(shape.length === 1 ? `'shape': (${shape[0]},), }` : `(${shape.join(", ")}), }`);
    }
  });

  it("is read back exactly by the app's own reader", () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: false })), (numbers) => {
        const values = Float32Array.from(numbers);
        expect(readNpy(writeNpy(values, [values.length]))).toEqual(values);
        const wide = Float64Array.from(numbers);
        expect(readNpy(writeNpy(wide, [1, wide.length]))).toEqual(values);
      }),
    );
  });

  it("refuses a shape that does not hold the values", () => {
    expect(() => writeNpy(new Float32Array(5), [2, 3])).toThrow("internal/unexpected");
  });

  it.skipIf(!python)(
    `is read back exactly by NumPy${python ? "" : " (skipped: no python3 with numpy)"}`,
    () => {
      const values = Float32Array.from(
        { length: 196 },
        (_, index) => Math.sin(index) * 10 ** ((index % 9) - 4),
      );
      const read = readByPython(writeNpy(values, [14, 14]));
      expect([read.dtype, read.shape]).toEqual(["<f4", [14, 14]]);
      expect(Float32Array.from(read.values)).toEqual(values);
      const wide = readByPython(writeNpy(Float64Array.of(Math.PI, -0), [2]));
      expect(wide).toEqual({ dtype: "<f8", shape: [2], values: [Math.PI, -0] });
      expect(readByPython(writeNpy(Uint8Array.of(0, 255), [2, 1])).values).toEqual([0, 255]);
    },
  );
});
