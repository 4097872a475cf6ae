// The smallest numbers in front, against sorting.
import fc from "fast-check";
import { expect, test } from "vitest";
import { placeSmallest } from "./place-smallest.ts";

test("brings the count smallest to the front, the largest of them last", () => {
  const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 1, 2));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), fc.nat(), (list, seed) => {
      const count = 1 + (seed % list.length);
      const values = Float64Array.from(list, (each) => each + 0);
      const sorted = values.slice().sort();
      placeSmallest(values, count);
      expect(values[count - 1]).toBe(sorted[count - 1]);
      expect(values.slice(0, count).sort()).toEqual(sorted.slice(0, count));
      expect(values.slice().sort()).toEqual(sorted);
    }),
    { numRuns: 500 },
  );
});

test("ends on numbers that are all the same, sorted, or sorted the wrong way", () => {
  const lists = [
    new Array(1000).fill(3),
    Array.from({ length: 1000 }, (_, i) => i),
    Array.from({ length: 1000 }, (_, i) => -i),
  ];
  for (const list of lists) {
    for (const count of [1, 500, 1000]) {
      const values = Float64Array.from(list);
      placeSmallest(values, count);
      expect(values[count - 1]).toBe(Float64Array.from(list).sort()[count - 1]);
    }
  }
});
