import { expect, test } from "vitest";
import { chooseThreads } from "./threads.ts";

test.each([
  { cores: 1, isolated: true, wanted: undefined, threads: 1 },
  { cores: 2, isolated: true, wanted: undefined, threads: 2 },
  { cores: 4, isolated: true, wanted: undefined, threads: 3 },
  { cores: 64, isolated: true, wanted: undefined, threads: 8 },
  { cores: 64, isolated: true, wanted: 12, threads: 12 },
  { cores: 8, isolated: true, wanted: 0, threads: 1 },
  { cores: 8, isolated: true, wanted: Number.NaN, threads: 1 },
  { cores: 8, isolated: false, wanted: undefined, threads: 1 },
  { cores: 8, isolated: false, wanted: 4, threads: 1 },
])(
  "$cores cores, isolated: $isolated, wanted: $wanted -> $threads",
  ({ cores, isolated, wanted, threads }) => {
    expect(chooseThreads(cores, isolated, wanted)).toBe(threads);
  },
);
