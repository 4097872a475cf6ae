// Shapes of attention: which make a map over the whole picture, which pool, and why others are refused.
import { describe, expect, it } from "vitest";
import { isXaiError } from "../errors.ts";
import { readAttentionShape } from "./attention-shape.ts";
import { type AttentionCandidate, countPrefix, sortAttention } from "./sort-attention.ts";

describe("readAttentionShape", () => {
  it.each([
    [[1, 3, 17, 17], true, { kind: "self", heads: 3, tokens: 17 }],
    [[3, 17, 17], true, { kind: "self", heads: 3, tokens: 17 }],
    [[1, 3, 1, 16], false, { kind: "pooling", heads: 3, tokens: 16 }],
    [[1, 3, 1, 17], true, { kind: "pooling", heads: 3, tokens: 17 }],
    [[1, 3, 1, 1], true, { kind: "self", heads: 3, tokens: 1 }],
    [[1, 8, 4, 196], false, { kind: "pooling", heads: 8, tokens: 196 }],
    [[1, null, 17, 17], true, { kind: "unknown" }],
    [null, true, { kind: "unknown" }],
  ] as const)("%j, queries from the picture: %s", (shape, queriesFromImage, expected) => {
    expect(readAttentionShape(shape, queriesFromImage)).toEqual(expected);
  });

  it.each([
    [[16, 2, 16, 16], /16 windows of 16 tokens/],
    [[49, 4, 1, 1], /49 windows of 1 tokens/],
    [[49, 4, 1, 16], /49 windows of 16 tokens/],
    [[1, 1, 256, 16], /256 queries look at 16 pooled keys/],
    [[1, 4, 2, 16, 16], /^attention stays inside windows of 16 tokens each \(1 x 4 x 2 x 16 x 16\)$/],
    [[1, 1, 4, 2, 16, 16], /6 axes/],
    [[17, 17], /2 axes/],
  ] as const)("refuses %j", (shape, reason) => {
    const read = readAttentionShape(shape, true);
    expect(read.kind === "refused" && read.reason).toMatch(reason);
  });
});

describe("sortAttention", () => {
  const layer = (tensor: string, shape: AttentionCandidate["shape"], queriesFromImage = true) => {
    return { tensor, shape, queriesFromImage };
  };

  it("keeps the order of layers and sets heads that pool apart", () => {
    const sorted = sortAttention([
      layer("a", [1, 2, 5, 5]),
      layer("b", null),
      layer("pool", null, false),
      layer("last", [1, 2, 1, 5]),
    ]);
    expect(sorted.attention.map(({ tensor }) => tensor)).toEqual(["a", "b"]);
    expect(sorted.pooling.map(({ tensor }) => tensor)).toEqual(["pool", "last"]);
  });

  it.each([
    ["a token count that changes", [layer("a", [1, 2, 16, 16]), layer("b", [1, 2, 4, 4])], /changes.*16, 4/],
    ["windows in any layer", [layer("a", [1, 2, 16, 16]), layer("b", [4, 2, 4, 4])], /4 windows/],
  ])("refuses %s", (_, candidates, reason) => {
    expect(() => sortAttention(candidates)).toThrow(reason);
  });
});

describe("countPrefix", () => {
  it("is what is left of the tokens, and refuses fewer tokens than patches", () => {
    expect(countPrefix(201, 196)).toBe(5);
    expect(countPrefix(196, 196)).toBe(0);
    let error: unknown;
    try {
      countPrefix(48, 196);
    } catch (caught) {
      error = caught;
    }
    expect(isXaiError(error, "anatomy/no-attention")).toBe(true);
  });
});
