// Three colours of two pixels.
import { expect, test } from "vitest";
import { reduceChannels } from "./reduce-channels.ts";

const values = Float32Array.from([1, -2, -4, 0.5, 2, 0.25]);

test.each([
  ["sum", [-1, -1.25]],
  ["mean-absolute", [7 / 3, 2.75 / 3]],
  ["max-absolute", [4, 2]],
] as const)("%s", (reduction, expected) => {
  const map = reduceChannels(values, reduction);
  expect(map).toHaveLength(2);
  for (const [pixel, value] of expected.entries()) expect(map[pixel]).toBeCloseTo(value, 14);
});
