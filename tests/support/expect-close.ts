// Compares a map with what an oracle gives.
import { expect } from "vitest";

/** Every entry within 1e-12, absolute and relative to the largest. */
export function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const tolerance = 1e-12 * Math.max(1, ...expected.map(Math.abs));
  expected.forEach((value, index) => {
    expect(Math.abs(actual[index] - value), `entry ${index}`).toBeLessThanOrEqual(tolerance);
  });
}
