// AGCAM, against its formula.
import fc from "fast-check";
import { test } from "vitest";
import { anyStacks, denseHeads, matrixStack, mean } from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { agcam } from "./agcam.ts";

test("counts positive gradients of the class token's row, by the sigmoid of the scores", () => {
  const scores = matrixStack([0, 0, Math.log(3), 9, 9, 9, 9, 9, 9], 1, 1, 3);
  const attentionGradient = matrixStack([5, -2, 2, 7, 7, 7, 7, 7, 7], 1, 1, 3);
  expectClose(agcam.explainer({ scores, attentionGradient })({}), [0, 1.5]);
});

test("sums over layers and heads, and averages over the tokens that the head reads", () => {
  fc.assert(
    fc.property(anyStacks, ({ scores, attentionGradient }) => {
      const patches = Array.from(Array(scores.tokens).keys()).slice(scores.prefixTokens);
      const expected = patches.map((j) =>
        mean(
          scores.outputTokens.map((t) =>
            scores.layers
              .flatMap((_, l) => {
                const gradients = denseHeads(attentionGradient, l);
                return denseHeads(scores, l).map(
                  (head, h) => Math.max(gradients[h][t][j], 0) / (1 + Math.exp(-head[t][j])),
                );
              })
              .reduce((sum, term) => sum + term, 0),
          ),
        ),
      );
      expectClose(agcam.explainer({ scores, attentionGradient })({}), expected);
    }),
  );
});
