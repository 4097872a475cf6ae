// Attention Grad-CAM, against its formula, and where it is undefined.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  anyStacks,
  attentionStack,
  denseHeads,
  matrixStack,
  mean,
} from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { attentionGradCam } from "./attention-grad-cam.ts";

const rest = [1, 1, 1, 1, 1, 1];
const attention = attentionStack([0.2, 0.2, 0.6, ...rest, 0.4, 0.5, 0.1, ...rest], 1, 2, 3);

test("weighs each head by the mean gradient of its patches", () => {
  // Means over the two patches: 2 and -1; the class token's own gradient does not count.
  const attentionGradient = matrixStack([9, 1, 3, ...rest, 9, -3, 1, ...rest], 1, 2, 3);
  expectClose(attentionGradCam.explainer({ attention, attentionGradient })({}), [0, 0.55]);
});

test("is undefined where no patch is above zero", () => {
  const attentionGradient = matrixStack([9, -1, -3, ...rest, 9, -3, 1, ...rest], 1, 2, 3);
  const step = attentionGradCam.explainer({ attention, attentionGradient });
  expect(() => step({})).toThrow("attribution/empty-map");
});

test("equals its formula on the last layer, for any tokens that the head reads", () => {
  fc.assert(
    fc.property(anyStacks, (stacks) => {
      const { attention } = stacks;
      const last = attention.layers.length - 1;
      const gradients = denseHeads(stacks.attentionGradient, last);
      const patches = Array.from(Array(attention.tokens).keys()).slice(attention.prefixTokens);
      const expected = patches.map((j) => {
        const terms = denseHeads(attention, last).flatMap((head, h) =>
          attention.outputTokens.map((t) => head[t][j] * mean(patches.map((k) => gradients[h][t][k]))),
        );
        return Math.max(mean(terms), 0);
      });
      fc.pre(Math.max(...expected) > 1e-9);
      expectClose(attentionGradCam.explainer(stacks)({}), expected);
    }),
  );
});
