// Suppression by hand on three boxes.
import { describe, expect, test } from "vitest";
import { orderByScore, suppressOverlaps } from "./nms.ts";

describe("orderByScore", () => {
  test("descending, equal scores in the order they came", () => {
    expect([...orderByScore(Float32Array.of(0.5, 0.9, 0.5, 0.9, 0.1))]).toEqual([1, 3, 0, 2, 4]);
  });

  test("the best few", () => {
    expect([...orderByScore(Float32Array.of(0.5, 0.9, 0.5), 2)]).toEqual([1, 0]);
  });
});

describe("suppressOverlaps", () => {
  // 1 covers half of 0 (overlap 50/100 = .5); 2 is apart.
  const boxes = Float32Array.of(0, 0, 9, 9, 0, 0, 4, 9, 50, 50, 59, 59);
  const order = Int32Array.of(0, 1, 2);

  test("a box that overlaps a better one by more than the threshold falls", () => {
    expect([...suppressOverlaps(boxes, order, 0.49)]).toEqual([0, 2]);
  });

  test("an overlap of exactly the threshold is allowed", () => {
    expect([...suppressOverlaps(boxes, order, 0.5)]).toEqual([0, 1, 2]);
  });

  test("what fell suppresses nothing", () => {
    // A chain: 1 overlaps 0 and 2, but 0 and 2 hardly overlap.
    const chain = Float32Array.of(0, 0, 9, 9, 4, 0, 13, 9, 8, 0, 17, 9);
    expect([...suppressOverlaps(chain, order, 0.3)]).toEqual([0, 2]);
  });

  test("the order decides, and the limit ends it", () => {
    expect([...suppressOverlaps(boxes, Int32Array.of(1, 0, 2), 0.3)]).toEqual([1, 2]);
    expect([...suppressOverlaps(boxes, order, 0.5, 2)]).toEqual([0, 1]);
  });

  test("no boxes, none kept", () => {
    expect(suppressOverlaps(new Float32Array(0), new Int32Array(0), 0.5).length).toBe(0);
  });
});
