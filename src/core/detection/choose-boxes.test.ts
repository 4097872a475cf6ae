// Choosing boxes among three regions and three classes, by hand.
import { describe, expect, test } from "vitest";
import { chooseBoxes } from "./choose-boxes.ts";

const size = { width: 100, height: 100 };
// 0 and 1 nearly the same, 2 apart.
const regions = Float32Array.of(10, 10, 29, 29, 11, 10, 30, 29, 60, 60, 79, 79);
const still = new Float32Array(3 * 3 * 4);

function choose(probabilities: readonly number[], deltas = still) {
  const chosen = chooseBoxes(
    { data: Float32Array.from(probabilities), dims: [3, 3] },
    { data: deltas, dims: [3, 12] },
    regions,
    size,
  );
  return chosen.map(({ classIndex, score, box }) => [classIndex, Number(score.toFixed(3)), box.x0]);
}

describe("chooseBoxes", () => {
  test("the background is no instance, doubles of one class fall, order is by score", () => {
    expect(choose([0.1, 0.7, 0.2, 0.05, 0.8, 0.15, 0.02, 0.03, 0.95])).toEqual([
      [2, 0.95, 60],
      [1, 0.8, 11],
    ]);
  });

  test("classes do not suppress each other", () => {
    expect(choose([0, 0.9, 0.1, 0, 0.1, 0.9, 1, 0, 0])).toEqual([
      [1, 0.9, 10],
      [2, 0.9, 11],
    ]);
  });

  test("a score of one half is enough, less is not", () => {
    expect(choose([0.5, 0.5, 0, 1, 0, 0, 0.51, 0, 0.49])).toEqual([[1, 0.5, 10]]);
  });

  test("each class moves the region by its own difference, divided by 10", () => {
    const deltas = still.slice();
    deltas[4] = 5; // region 0, class 1, dx: half of 20 pixels.
    expect(choose([0, 1, 0, 1, 0, 0, 1, 0, 0], deltas)).toEqual([[1, 1, 20]]);
  });

  test("no region, no box", () => {
    const none = { data: new Float32Array(0), dims: [0, 3] };
    expect(chooseBoxes(none, none, new Float32Array(0), size)).toEqual([]);
  });
});
