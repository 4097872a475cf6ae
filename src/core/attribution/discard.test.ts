// The k smallest entries, against sorting.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noDiscard, rankValues } from "./discard.ts";

function discarded(values: Float32Array | Float64Array, count: number): number[] {
  const { threshold, tied } = rankValues(values)(count);
  return Array.from(values.keys()).filter((i) => values[i] < threshold || tied.includes(i));
}

describe("rankValues", () => {
  test("takes nothing for a count of 0", () => {
    expect(discarded(new Float32Array([0, 1, 2]), 0)).toEqual([]);
  });
  test("breaks ties by index", () => {
    expect(discarded(new Float32Array([0.5, 0.2, 0.5, 0.5]), 3)).toEqual([0, 1, 2]);
  });
  test("leaves zeros alone, as they are zero already", () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 0 : 1e-40 * i));
    expect(rankValues(values)(500)).toBe(noDiscard);
    expect(discarded(values, 501)).toContain(1);
  });
  test("handles a constant matrix of one value", () => {
    expect(discarded(new Float32Array(5000).fill(0.25), 4999)).toHaveLength(4999);
  });
  test("agrees with a stable sort", () => {
    const value = fc.oneof(
      fc.float({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0, 0.5, 1, 1e-30, Math.fround(1e-38), 3e8),
    );
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 3000, size: "max" }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, share) => {
          const values = Float32Array.from(list);
          const count = Math.floor(values.length * share);
          const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b] || a - b);
          const expected = order.slice(0, count).sort((a, b) => a - b);
          // Zeros need no discarding.
          const others = (indices: readonly number[]) => indices.filter((index) => values[index] !== 0);
          expect(others(discarded(values, count))).toEqual(others(expected));
        },
      ),
      { numRuns: 200 },
    );
  });
});
