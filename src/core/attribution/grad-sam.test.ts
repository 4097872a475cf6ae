// Grad-SAM, against its formula: no authors' code exists to compare with.
import fc from "fast-check";
import { test } from "vitest";
import {
  anyStacks,
  attentionStack,
  denseHeads,
  matrixStack,
  mean,
} from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { gradSam } from "./grad-sam.ts";

test("averages attention times its positive gradient over all tokens that attend", () => {
  const attention = attentionStack([0.2, 0.8, 0.5, 0.5], 1, 1, 2);
  const attentionGradient = matrixStack([1, 2, 1, -4], 1, 1, 2);
  expectClose(gradSam.explainer({ attention, attentionGradient })({}), [0.8]);
});

test("equals its formula over layers, heads and rows", () => {
  fc.assert(
    fc.property(anyStacks, ({ attention, attentionGradient }) => {
      const patches = Array.from(Array(attention.tokens).keys()).slice(attention.prefixTokens);
      const expected = patches.map((j) =>
        mean(
          attention.layers.flatMap((_, l) => {
            const gradients = denseHeads(attentionGradient, l);
            return denseHeads(attention, l).flatMap((head, h) =>
              head.map((row, i) => row[j] * Math.max(gradients[h][i][j], 0)),
            );
          }),
        ),
      );
      expectClose(gradSam.explainer({ attention, attentionGradient })({}), expected);
    }),
  );
});
