// The principal component of maps that are made of a known one.
import { describe, expect, test } from "vitest";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { principalMap } from "./principal-map.ts";

/** `[C,h*w]`: every channel is a level plus its weight times one pattern. */
function channelsOf(pattern: readonly number[], weights: readonly number[], levels: readonly number[]) {
  return Float64Array.from(
    weights.flatMap((weight, k) => pattern.map((value) => levels[k] + weight * value)),
  );
}

const pattern = [-3, 1, 2, 0];

describe("the principal map", () => {
  test("is the pattern that all channels share, as long as their weights together", () => {
    const values = channelsOf(pattern, [3, 4], [5, -6]);
    expectClose(
      principalMap(values, { channels: 2, rows: 2, columns: 2 }),
      pattern.map((value) => 5 * value),
    );
  });

  test("is the same with more channels than cells", () => {
    const values = channelsOf(pattern, [1, 1, 1, 1, 1, 2, 4], [0, 1, 2, 3, 4, 5, 6]);
    expectClose(
      principalMap(values, { channels: 7, rows: 2, columns: 2 }),
      pattern.map((value) => 5 * value),
    );
  });

  test("is positive where channels together are larger, whichever sign their weights have", () => {
    const values = channelsOf(pattern, [-3, -4], [0, 0]);
    expectClose(
      principalMap(values, { channels: 2, rows: 2, columns: 2 }),
      pattern.map((value) => -5 * value),
    );
  });

  test("is the stronger of two patterns that have nothing in common", () => {
    const other = [1, 1, -1, -1].map((value) => 0.1 * value);
    const strong = [2, -2, 2, -2];
    const values = Float64Array.from([...strong, ...other]);
    expectClose(principalMap(values, { channels: 2, rows: 2, columns: 2 }), strong);
  });

  test("is zero where no channel varies", () => {
    const values = channelsOf([0, 0, 0, 0], [1, 1], [5, 7]);
    expect(Array.from(principalMap(values, { channels: 2, rows: 2, columns: 2 }))).toEqual([0, 0, 0, 0]);
  });
});
