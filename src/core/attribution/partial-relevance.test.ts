// Partial relevance by hand on a class token and two patches.
import { describe, expect, test } from "vitest";
import { matrixStack } from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { initialOptions } from "./method.ts";
import { partialRelevance } from "./partial-relevance.ts";

const options = initialOptions(partialRelevance.options);

describe("partial relevance", () => {
  const rest = [5, 5, 5, 5, 5, 5];
  const attentionRelevance = matrixStack(
    [...[7, 1, 2, ...rest], ...[7, 3, -2, ...rest], ...[7, -1, 4, ...rest], ...[7, 6, 8, ...rest]],
    2,
    2,
    3,
  );
  const attentionGradient = matrixStack(
    [...[0, 1, 1, ...rest], ...[0, -1, -1, ...rest], ...[0, -1, 2, ...rest], ...[0, 1, -1, ...rest]],
    2,
    2,
    3,
  );
  const step = partialRelevance.explainer({ attentionRelevance, attentionGradient });

  test("is the class token's row of the last layer, what is positive averaged over heads", () => {
    expectClose(step(options), [3, 6]);
  });

  test("is weighted by gradients in every head where asked", () => {
    expectClose(step({ ...options, weighting: "gradient" }), [3.5, 4]);
    expectClose(step({ ...options, weighting: "gradient", layer: 0 }), [0.5, 2]);
  });

  test("reads the layer that is named, and refuses one that is not there", () => {
    expectClose(step({ ...options, layer: 0 }), [2, 1]);
    expectClose(step({ ...options, layer: -2 }), [2, 1]);
    expect(() => step({ ...options, layer: 2 })).toThrow("attribution/bad-option");
    expect(() => step({ ...options, layer: 0.5 })).toThrow("attribution/bad-option");
  });

  test("averages the rows of all tokens that the head reads, and leaves out all that come before patches", () => {
    const distilled = { ...attentionRelevance, outputTokens: [0, 1], prefixTokens: 2 };
    const map = partialRelevance.explainer({ attentionRelevance: distilled, attentionGradient })(options);
    expectClose(map, [(6 + 5) / 2]);
  });
});
