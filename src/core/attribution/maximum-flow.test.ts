// The largest flow through ranks of nodes, against a plain search for augmenting paths.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { largestFlow } from "../../../tests/support/largest-flow.ts";
import { flowThrough, type RankedPipes } from "./maximum-flow.ts";

/** Sink 0, then the ranks from the last to the first, then the source. */
function asGraph({ source, between }: RankedPipes, sink: Float64Array): number[][] {
  const tokens = source.length;
  const ranks = between.length + 1;
  const node = (rank: number, place: number) => 1 + (ranks - 1 - rank) * tokens + place;
  const size = ranks * tokens + 2;
  const pipes = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let i = 0; i < tokens; i++) {
    pipes[size - 1][node(0, i)] = source[i];
    pipes[node(ranks - 1, i)][0] = sink[i];
    for (const [rank, widths] of between.entries())
      for (let j = 0; j < tokens; j++) pipes[node(rank, i)][node(rank + 1, j)] = widths[i * tokens + j];
  }
  return pipes;
}

describe("flowThrough", () => {
  test("takes flow back where another way needs the pipe", () => {
    // Both ways meet in the first node of the second rank unless the upper one gives way.
    const between = [Float64Array.from([1, 1, 1, 0])];
    const flow = flowThrough({ source: Float64Array.from([1, 1]), between });
    expect(flow(Float64Array.from([1, 1]))).toBe(2);
  });
  test("solves for one sink after another", () => {
    const flow = flowThrough({ source: Float64Array.from([0.5, 0.25]), between: [] });
    expect(flow(Float64Array.from([1, 0]))).toBe(0.5);
    expect(flow(Float64Array.from([0, 1]))).toBe(0.25);
    expect(flow(Float64Array.from([0, 0]))).toBe(0);
    expect(flow(Float64Array.from([1, 1]))).toBe(0.75);
  });
  test("equals a search for augmenting paths, with pipes of all widths and none", () => {
    const width = fc.oneof(
      fc.constant(0),
      fc.integer({ min: 1, max: 1000 }).map((n) => n / 1000),
    );
    const shape = fc.record({
      tokens: fc.integer({ min: 1, max: 9 }),
      ranks: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(shape, fc.infiniteStream(width), ({ tokens, ranks }, stream) => {
        const take = (count: number) => Float64Array.from(stream.take(count));
        const pipes = {
          source: take(tokens),
          between: Array.from({ length: ranks - 1 }, () => take(tokens * tokens)),
        };
        const sink = take(tokens);
        expect(flowThrough(pipes)(sink)).toBeCloseTo(largestFlow(asGraph(pipes, sink), 0), 9);
      }),
      { numRuns: 200 },
    );
  });
});
