// What holds for the suppression of any boxes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyBoxes } from "../../../tests/support/any-boxes.ts";
import { intersectionOverUnion, rowsAt } from "./boxes.ts";
import { orderByScore, suppressOverlaps } from "./nms.ts";

const threshold = fc.double({ min: 0.05, max: 0.95, noNaN: true });
const scored = anyBoxes({ least: 1, most: 30 }).chain((boxes) => {
  const length = boxes.length / 4;
  const score = fc.integer({ min: 0, max: 5 }).map((tenths) => tenths / 10);
  return fc.record({
    boxes: fc.constant(boxes),
    scores: fc
      .array(score, { minLength: length, maxLength: length })
      .map((values) => Float32Array.from(values)),
  });
});

describe("orderByScore", () => {
  test("is a stable sort by descending score, of a part of a larger array too", () => {
    const score = fc.oneof(fc.float({ min: 0, noNaN: true }), fc.constantFrom(0, 1, 0.5));
    fc.assert(
      fc.property(fc.array(score, { maxLength: 200 }), fc.nat(200), (list, limit) => {
        const scores = Float32Array.from([9, ...list]).subarray(1);
        const expected = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
        expect([...orderByScore(scores, limit)]).toEqual(expected.slice(0, limit));
      }),
    );
  });
});

describe("suppressOverlaps", () => {
  test("keeps boxes that do not overlap, and drops only those that a better kept one covers", () => {
    fc.assert(
      fc.property(scored, threshold, ({ boxes, scores }, limit) => {
        const order = orderByScore(scores);
        const kept = [...suppressOverlaps(boxes, order, limit)];
        const overlaps = (a: number, b: number) => intersectionOverUnion(boxes, a, boxes, b) > limit;
        for (const row of order) {
          const better = kept.slice(0, kept.includes(row) ? kept.indexOf(row) : undefined);
          const covered = better.some((other) => overlaps(row, other) && scores[other] >= scores[row]);
          expect(covered).toBe(!kept.includes(row));
        }
      }),
    );
  });

  test("done twice is done once", () => {
    fc.assert(
      fc.property(scored, threshold, ({ boxes, scores }, limit) => {
        const kept = suppressOverlaps(boxes, orderByScore(scores), limit);
        expect([...suppressOverlaps(boxes, kept, limit)]).toEqual([...kept]);
      }),
    );
  });

  test("with scores all different, the order in which boxes come does not matter", () => {
    fc.assert(
      fc.property(
        anyBoxes({ least: 1, most: 30 }),
        threshold,
        fc.infiniteStream(fc.nat()),
        (boxes, limit, keys) => {
          const count = boxes.length / 4;
          const scores = Float32Array.from({ length: count }, (_, row) => (row + 1) / count);
          const sortKeys = Array.from({ length: count }, () => keys.next().value as number);
          const shuffle = Int32Array.from(scores.keys()).sort((a, b) => sortKeys[a] - sortKeys[b]);
          const shuffledBoxes = rowsAt(boxes, shuffle);
          const shuffledScores = Float32Array.from(shuffle, (row) => scores[row]);
          const kept = suppressOverlaps(boxes, orderByScore(scores), limit);
          const keptShuffled = suppressOverlaps(shuffledBoxes, orderByScore(shuffledScores), limit);
          expect(Array.from(keptShuffled, (row) => shuffle[row])).toEqual([...kept]);
        },
      ),
    );
  });
});
