// Attention flow, against a search for augmenting paths through the whole graph.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyStacks, attentionStack, denseHeads, mean } from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { finish } from "../../../tests/support/finish.ts";
import { largestFlow } from "../../../tests/support/largest-flow.ts";
import { attentionFlow } from "./attention-flow.ts";
import type { AttentionStack } from "./tensors.ts";

/** Nodes are numbered `level * N + token`, level 0 the inputs; the last one is the source. */
function pipesOf(attention: AttentionStack, depth: number): number[][] {
  const { tokens, outputTokens } = attention;
  const source = (depth + 1) * tokens;
  const pipes = Array.from({ length: source + 1 }, () => new Array<number>(source + 1).fill(0));
  for (let layer = 0; layer < depth; layer++) {
    const heads = denseHeads(attention, layer);
    for (let i = 0; i < tokens; i++)
      for (let j = 0; j < tokens; j++) {
        const width = (mean(heads.map((head) => head[i][j])) + Number(i === j)) / 2;
        pipes[(layer + 1) * tokens + i][layer * tokens + j] = width;
      }
  }
  // What the head reads, averaged, in one node.
  for (let j = 0; j < tokens; j++)
    pipes[source][(depth - 1) * tokens + j] = mean(
      outputTokens.map((t) => pipes[depth * tokens + t][(depth - 1) * tokens + j]),
    );
  return pipes;
}

describe("attention flow", () => {
  // Two layers of two tokens: widths [[.75,.25],[.1,.9]] below, [[.6,.4],[.3,.7]] above.
  const attention = attentionStack([0.5, 0.5, 0.2, 0.8, 0.2, 0.8, 0.6, 0.4], 2, 1, 2);

  test("is bounded by the narrowest pipes of each way", () => {
    // To token 0: min(.6, .75) + min(.4, .1); to token 1: min(.6, .25) + min(.4, .9).
    expectClose(finish(attentionFlow.explainer({ attention })({ lastLayer: 1 })), [0.65 / (0.7 + 0.65)]);
  });
  test("is a row of the first layer's pipes where nothing lies above it", () => {
    expectClose(finish(attentionFlow.explainer({ attention })({ lastLayer: 0 })), [0.25]);
  });
  test("equals a search for augmenting paths", () => {
    fc.assert(
      fc.property(anyStacks, ({ attention }) => {
        const depth = attention.layers.length;
        const pipes = pipesOf(attention, depth);
        const flows = Array.from({ length: attention.tokens }, (_, sink) => largestFlow(pipes, sink));
        const total = flows.reduce((sum, flow) => sum + flow, 0);
        const map = finish(attentionFlow.explainer({ attention })({ lastLayer: -1 }));
        expectClose(
          map,
          flows.slice(attention.prefixTokens).map((flow) => flow / total),
        );
      }),
    );
  });
  test("tells how far it is, and can be left", () => {
    const run = attentionFlow.explainer({ attention })({ lastLayer: 1 });
    expect(run.next()).toEqual({ done: false, value: 0.5 });
    expect(run.next()).toEqual({ done: false, value: 1 });
    expect(run.next().done).toBe(true);
  });
  test("refuses models that are too large, when it is run and not when it is prepared", () => {
    const tokens = 600;
    const layer = new Float32Array(tokens * tokens).fill(1 / tokens);
    const large = { layers: [layer, layer, layer], heads: 1, tokens, prefixTokens: 1, outputTokens: [0] };
    const run = attentionFlow.explainer({ attention: large })({ lastLayer: -1 });
    expect(() => run.next()).toThrow("attribution/too-large");
    expect(attentionFlow.explainer({ attention: large })({ lastLayer: 0 }).next().value).toBe(1);
  });
});
