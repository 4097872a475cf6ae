import { describe, expect, test } from "vitest";
import { seedFor, targetScore, topTarget } from "./seeds.ts";

const scores = Float32Array.of(Math.log(1), Math.log(3), Math.log(4));
const middle = { kind: "class", index: 1 } as const;
const contrast = { kind: "vector", values: Float32Array.of(0, 1, -1) } as const;

describe("seeds", () => {
  test("weights are one-hot, or the vector itself", () => {
    expect([...seedFor("weight", middle, scores)]).toEqual([0, 1, 0]);
    expect([...seedFor("weight", contrast, scores)]).toEqual([0, 1, -1]);
  });

  test("rules that carry shares of the score start with it", () => {
    const [first, second, third] = seedFor("weighted-score", contrast, scores);
    expect(first).toBe(0);
    expect(second).toBeCloseTo(Math.log(3), 6);
    expect(third).toBeCloseTo(-Math.log(4), 6);
  });

  test("the probability's gradient: p_c (e_c - p)", () => {
    const seed = seedFor("probability", middle, scores);
    const [p, q, r] = [1 / 8, 3 / 8, 4 / 8];
    for (const [index, expected] of [-q * p, q - q * q, -q * r].entries())
      expect(seed[index]).toBeCloseTo(expected, 6);
  });

  test.each(["exact", "libra", "libra-probability"] as const)(
    "each is the slope of its score: %s",
    (rules) => {
      const kind = rules === "libra-probability" ? "probability" : "weight";
      const seed = seedFor(kind, contrast, scores);
      const step = 1e-3;
      for (const index of [0, 1, 2]) {
        const moved = (by: number) =>
          targetScore(
            rules,
            contrast,
            scores.map((score, each) => score + (each === index ? by : 0)),
          );
        expect(seed[index]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 3);
      }
    },
  );

  test("a target that does not fit is refused by name", () => {
    for (const target of [
      { kind: "class", index: 3 },
      { kind: "class", index: -1 },
      { kind: "class", index: 0.5 },
      { kind: "vector", values: new Float32Array(2) },
    ] as const)
      expect(() => seedFor("weight", target, scores)).toThrow("attribution/bad-option");
  });

  test("the most probable class is the first of equals", () => {
    expect(topTarget(Float32Array.of(1, 5, 5))).toEqual({ kind: "class", index: 1 });
  });
});
