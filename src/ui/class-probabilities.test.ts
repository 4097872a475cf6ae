// Classes found by name, the likeliest first; softmax and cosine by hand.
import { describe, expect, it } from "vitest";
import { cosine, probabilitiesOf, searchClasses } from "./class-probabilities.ts";

const labels = ["tabby cat", "tiger cat", "tiger", "cathedral", "dog"];
const probabilities = Float64Array.of(0.1, 0.3, 0.2, 0.35, 0.05);
const found = (query: string) => searchClasses({ labels }, probabilities, query).map(({ label }) => label);

describe("probabilitiesOf", () => {
  it("is softmax, of large logits too", () => {
    const [first, second] = probabilitiesOf({ logits: Float32Array.of(1000 + Math.log(3), 1000) });
    expect(first).toBeCloseTo(0.75, 4);
    expect(second).toBeCloseTo(0.25, 4);
  });
});

describe("searchClasses", () => {
  it("lists all by probability where nothing is asked", () => {
    expect(found("")).toEqual(["cathedral", "tiger cat", "tiger", "tabby cat", "dog"]);
  });

  it("puts names that begin with the query first", () => {
    expect(found("cat")).toEqual(["cathedral", "tiger cat", "tabby cat"]);
    expect(found("T")).toEqual(["tiger cat", "tiger", "tabby cat", "cathedral"]);
  });

  it("takes words in any order", () => {
    expect(found("cat ti")).toEqual(["tiger cat"]);
    expect(found("zebra")).toEqual([]);
  });
});

describe("cosine", () => {
  it("knows no lengths, and is 0 for a vector without one", () => {
    expect(cosine(Float32Array.of(1, 1), Float32Array.of(5, 5))).toBeCloseTo(1);
    expect(cosine(Float32Array.of(1, 0), Float32Array.of(0, 2))).toBe(0);
    expect(cosine(Float32Array.of(0, 0), Float32Array.of(0, 2))).toBe(0);
  });
});
