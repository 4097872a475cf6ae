// The last layer's attention, read where the head reads.
import { expect, test } from "vitest";
import { attentionStack } from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { lastLayerAttention } from "./last-layer-attention.ts";

// Heads of the last of two layers: [[.2,.8],[.5,.5]] and [[.6,.4],[.1,.9]].
const first = [1, 1, 1, 1, 1, 1, 1, 1];
const attention = attentionStack([...first, 0.2, 0.8, 0.5, 0.5, 0.6, 0.4, 0.1, 0.9], 2, 2, 2);

test("averages the heads of the last layer", () => {
  expectClose(lastLayerAttention.explainer({ attention })({}), [0.6]);
});

test("averages the rows of all tokens that the head reads, and leaves prefix tokens out", () => {
  const distilled = { ...attention, outputTokens: [0, 1], prefixTokens: 0 };
  expectClose(lastLayerAttention.explainer({ attention: distilled })({}), [0.35, 0.65]);
});

test("gives a map of its own each time", () => {
  const step = lastLayerAttention.explainer({ attention });
  step({}).fill(0);
  expect(step({})[0]).toBeCloseTo(0.6, 12);
});
