// Gaps of an anatomy filled from the shapes of a run.
import { describe, expect, it } from "vitest";
import type { ClassifierAnatomy } from "./anatomy.ts";
import { completeAnatomy } from "./complete.ts";

const layer = { tensor: "a", scores: "s", queries: null, keys: null, values: null };

const open: ClassifierAnatomy = {
  input: { name: "picture", elementType: "float32", channels: null, size: null },
  otherInputs: [],
  logits: { name: "scores", classes: null },
  attention: [{ ...layer, heads: null, tokens: null }],
  pooling: [],
  stream: null,
  gaps: [],
  patchSize: 16,
  grid: null,
  tokens: null,
  prefixTokens: 5,
};

describe("completeAnatomy", () => {
  it("reads sizes off the run, also where a picture of another size was fed", () => {
    const run = new Map([
      ["picture", [1, 3, 64, 64]],
      ["scores", [1, 1000]],
      ["a", [1, 12, 21, 21]],
    ]);
    expect(completeAnatomy(open, run)).toEqual({
      input: { name: "picture", elementType: "float32", channels: 3, size: 64 },
      otherInputs: [],
      logits: { name: "scores", classes: 1000 },
      attention: [{ ...layer, heads: 12, tokens: 21 }],
      pooling: [],
      ...{ stream: null, gaps: [], outputTokens: [0] },
      ...{ patchSize: 16, grid: { rows: 4, columns: 4 }, tokens: 21, prefixTokens: 5 },
    });
  });

  it("tells the size from the tokens where the input was not observed", () => {
    const run = new Map([
      ["scores", [1, 10]],
      ["a", [1, 12, 201, 201]],
    ]);
    expect(completeAnatomy(open, run)).toMatchObject({
      input: { size: 224 },
      grid: { rows: 14, columns: 14 },
    });
  });

  it("says which shape is missing", () => {
    expect(() => completeAnatomy(open, new Map([["a", [1, 2, 21, 21]]]))).toThrow(
      /engine\/no-result.*scores/,
    );
    expect(() => completeAnatomy(open, new Map([["scores", [1, 2]]]))).toThrow(/engine\/no-result.*"a"/);
  });

  it("refuses what the run shows to be windows, pooled keys or too few tokens", () => {
    const run = (shape: readonly number[]) =>
      new Map<string, readonly number[]>([
        ["picture", [1, 3, 64, 64]],
        ["scores", [1, 10]],
        ["a", shape],
      ]);
    expect(() => completeAnatomy(open, run([4, 12, 16, 16]))).toThrow(/4 windows/);
    expect(() => completeAnatomy(open, run([1, 12, 21, 5]))).toThrow(/pooled keys/);
    expect(() => completeAnatomy(open, run([1, 12, 1, 17]))).toThrow(/only attention is a head/);
    expect(() => completeAnatomy(open, run([1, 12, 9, 9]))).toThrow(/9 tokens.*16 patches/);
  });
});
