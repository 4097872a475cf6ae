// Relevance rollout by hand on two tokens.
import { describe, expect, test } from "vitest";
import { matrixStack } from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { initialOptions } from "./method.ts";
import { relevanceRollout } from "./relevance-rollout.ts";

const options = { ...initialOptions(relevanceRollout.options), startLayer: 0 };

describe("relevance rollout", () => {
  // Layers C_0 = [[0, .5], [0, .25]] and C_1 = [[.1, .2], [0, 0]]; the second head takes away half of both by its mean.
  const attentionRelevance = matrixStack(
    [0, 1, -3, 0.5, -1, 0, 0, -2, 0.2, 0.4, -1, 0, 0, -8, -1, 0],
    2,
    2,
    2,
  );
  const step = relevanceRollout.explainer({ attentionRelevance });

  test("multiplies the later layer from the left, the identity added to each", () => {
    // [1.1, .2] [[1, .5], [0, 1.25]] = [1.1, .8]
    expectClose(step(options), [0.8]);
  });

  test("leaves earlier layers out", () => {
    expectClose(step({ ...options, startLayer: 1 }), [0.2]);
    expectClose(step({ ...options, startLayer: -1 }), [0.2]);
    expect(() => step({ ...options, startLayer: 2 })).toThrow("attribution/bad-option");
  });

  test("divides rows by their sums where asked", () => {
    // [1.1, .2] / 1.3 times [[1, .5] / 1.5, [0, 1]]
    expectClose(step({ ...options, rowNormalisation: "on" }), [1.1 / 1.3 / 3 + 0.2 / 1.3]);
  });

  test("averages the rows of all tokens that the head reads", () => {
    const stack = { ...attentionRelevance, outputTokens: [0, 1] };
    // Row 1 of the product is [0, 1.25].
    expectClose(relevanceRollout.explainer({ attentionRelevance: stack })(options), [(0.8 + 1.25) / 2]);
  });
});
