// One layer and head, or the mean of a layer's heads.
import { expect, test } from "vitest";
import { attentionStack } from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { rawAttention } from "./raw-attention.ts";

const first = [0.3, 0.7, 1, 1, 0.9, 0.1, 1, 1];
const attention = attentionStack([...first, 0.2, 0.8, 0.5, 0.5, 0.6, 0.4, 0.1, 0.9], 2, 2, 2);
const step = rawAttention.explainer({ attention });

test("shows one head of one layer", () => {
  expectClose(step({ layer: 0, head: 0 }), [0.7]);
  expectClose(step({ layer: 0, head: 1 }), [0.1]);
  expectClose(step({ layer: 1, head: 1 }), [0.4]);
});

test("averages the heads where none is chosen, and counts layers from the end", () => {
  expectClose(step({ layer: 0, head: -1 }), [0.4]);
  expectClose(step({ layer: -1, head: -1 }), [0.6]);
});

test("averages the rows of all tokens that the head of the model reads", () => {
  const distilled = { ...attention, outputTokens: [0, 1] };
  expectClose(rawAttention.explainer({ attention: distilled })({ layer: 1, head: 0 }), [0.65]);
});

test("refuses layers and heads that do not exist", () => {
  for (const wrong of [
    { layer: 2, head: 0 },
    { layer: -3, head: 0 },
    { layer: 0, head: 2 },
    { layer: 0, head: -2 },
    { layer: 0, head: 0.5 },
  ])
    expect(() => step(wrong)).toThrow("attribution/bad-option");
});
