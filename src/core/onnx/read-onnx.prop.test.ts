// Whatever bytes are read: a graph or an onnx/* error, soon, and nothing the graph holds makes later steps fail otherwise.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tinyVit } from "../../../tests/support/tiny-vit.ts";
import { dissect } from "../anatomy/dissect.ts";
import { exposeOutputs } from "../anatomy/expose.ts";
import { XaiError } from "../errors.ts";
import { readOnnx } from "./read-onnx.ts";
import { writeOnnx } from "./write-onnx.ts";

const seeds = [
  writeOnnx(tinyVit()).bytes,
  writeOnnx(tinyVit({ patches: "unfolding", foldsHeads: true, declared: ["b", 3, "h", "w"] })).bytes,
];

/** Reads, and where that works takes the graph through everything else. */
function exercise(bytes: Uint8Array): string {
  const begin = performance.now();
  let outcome = "read";
  try {
    const model = readOnnx(bytes, new Map([["weights", new Uint8Array(100)]]));
    writeOnnx(model, { externalise: { path: "weights", minimumBytes: 16 } });
    outcome = "dissected";
    writeOnnx(exposeOutputs(model, [dissect(model).logits.name]));
  } catch (error) {
    if (!(error instanceof XaiError)) throw error;
    expect(error.code).toMatch(outcome === "read" ? /^onnx\// : /^(?:onnx|anatomy)\//);
    outcome = error.code;
  }
  expect(performance.now() - begin).toBeLessThan(2000);
  return outcome;
}

describe("any bytes", () => {
  it("at random", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        exercise(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it("at random after the start of an ONNX file", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        exercise(Uint8Array.of(8, 8, 0x3a, bytes.length & 0x7f, ...bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it("of a model, cut off anywhere: onnx/truncated", () => {
    for (const seed of seeds) {
      for (let length = 2; length < seed.length; length++) {
        expect(exercise(seed.subarray(0, length)), `${length} bytes`).toBe("onnx/truncated");
      }
    }
  });

  it("of a model, some of them changed, removed or repeated", () => {
    const edit = fc.record({
      kind: fc.constantFrom("change", "remove", "repeat"),
      at: fc.nat(),
      length: fc.integer({ min: 1, max: 16 }),
      value: fc.nat(255),
    });
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        (seed, edits) => {
          const outcome = exercise(Uint8Array.from(edits.reduce(edited, Array.from(seed))));
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        },
      ),
      { numRuns: 4000 },
    );
    // Changes must reach beyond the reader, or the property says little.
    expect(outcomes.get("dissected")).toBeGreaterThan(100);
    expect(outcomes.get("onnx/not-onnx")).toBeGreaterThan(100);
  });
});

interface Edit {
  readonly kind: string;
  readonly at: number;
  readonly length: number;
  readonly value: number;
}

function edited(bytes: number[], { kind, at, length, value }: Edit): number[] {
  const place = at % bytes.length;
  if (kind === "change") return bytes.map((byte, index) => (index === place ? value : byte));
  const piece = bytes.slice(place, place + length);
  const rest = bytes.slice(place + length);
  return kind === "remove"
    ? [...bytes.slice(0, place), ...rest]
    : [...bytes.slice(0, place), ...piece, ...piece, ...rest];
}
