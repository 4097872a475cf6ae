import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pictureFiles } from "../../../tests/support/pictures/picture-files.ts";
import { isXaiError } from "../errors.ts";
import { pictureFormats } from "./headers/registry.ts";
import { readPictureHeader } from "./picture-header.ts";

const files = await pictureFiles();

/** A header that makes sense, or an error that is meant: anything else fails. */
function expectAnswer(bytes: Uint8Array): void {
  const start = performance.now();
  try {
    const { width, height, orientation } = readPictureHeader(bytes);
    expect(width > 0 && height > 0 && width * height <= 1e8).toBe(true);
    expect(orientation >= 1 && orientation <= 8).toBe(true);
  } catch (error) {
    if (!isXaiError(error)) throw error;
    expect(error.code).toMatch(/^image\//);
  }
  expect(performance.now() - start).toBeLessThan(5000);
}

const anyFile = fc.constantFrom(...files).map(({ bytes }) => bytes);

describe("readPictureHeader answers", () => {
  it("for every beginning of every file", () => {
    for (const { bytes } of files) {
      for (let length = 0; length < Math.min(bytes.length, 400); length++)
        expectAnswer(bytes.subarray(0, length));
    }
  });

  it("for files with changed bytes", () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(anyFile, changes, fc.boolean(), (bytes, edits, early) => {
        const changed = bytes.slice();
        const reach = early ? Math.min(100, bytes.length) : bytes.length;
        for (const [position, value] of edits) changed[position % reach] = value;
        expectAnswer(changed);
      }),
      { numRuns: 2000 },
    );
  });

  it("for files with a piece cut out, repeated or overwritten by another file's", () => {
    fc.assert(
      fc.property(anyFile, anyFile, fc.nat(), fc.nat(), fc.nat(), (bytes, other, from, to, at) => {
        const [start, end] = [from % bytes.length, to % bytes.length].sort((a, b) => a - b);
        expectAnswer(Uint8Array.from([...bytes.subarray(0, start), ...bytes.subarray(end)]));
        expectAnswer(Uint8Array.from([...bytes.subarray(0, end), ...bytes.subarray(start)]));
        const spliced = bytes.slice();
        spliced.set(other.subarray(at % other.length).subarray(0, bytes.length - start), start);
        expectAnswer(spliced);
      }),
      { numRuns: 1000 },
    );
  });

  it("for any bytes after a known beginning", () => {
    fc.assert(
      fc.property(
        anyFile,
        fc.integer({ min: 2, max: 40 }),
        fc.uint8Array({ maxLength: 200 }),
        (bytes, kept, rest) => {
          expectAnswer(Uint8Array.from([...bytes.subarray(0, kept), ...rest]));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("for megabytes of one byte after a known beginning, in time", () => {
    const oneOfEachType = [...new Map(files.map((file) => [file.header.type, file])).values()];
    expect(oneOfEachType).toHaveLength(pictureFormats.length);
    for (const { bytes } of oneOfEachType) {
      for (const filler of [0, 1, 0x21, 0xff]) {
        const long = new Uint8Array(4_000_000).fill(filler);
        long.set(bytes.subarray(0, 40));
        expectAnswer(long);
      }
    }
  });
});
