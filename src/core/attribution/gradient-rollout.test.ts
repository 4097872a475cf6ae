// Gradient rollout, against whole matrices that are discarded by sorting.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  anyStacks,
  attentionStack,
  type Dense,
  dense,
  denseHeads,
  identity,
  matrixStack,
  mean,
  multiply,
  readPatches,
} from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { gradientRollout } from "./gradient-rollout.ts";
import type { AttentionStack } from "./tensors.ts";

const variants = ["intended", "order-fixed", "as-written", "reversed"] as const;
const correct = { variant: "intended", discardRatio: 0, normalisation: "row", startLayer: 0 } as const;

/** `relu(mean_h(A * W))`, W by the definition of each variant. */
function weighed(
  { attention, attentionGradient }: { attention: AttentionStack; attentionGradient: AttentionStack },
  variant: (typeof variants)[number],
  layer: number,
): Dense {
  const last = attention.layers.length - 1;
  const paired = variant === "as-written" || variant === "reversed" ? last - layer : layer;
  const isOfScores = variant === "as-written" || variant === "order-fixed";
  const gradients = denseHeads(attentionGradient, paired);
  const weights = denseHeads(attention, paired).map((a, h) =>
    dense(attention.tokens, (i, j) => {
      const expected = a[i].reduce((sum, each, k) => sum + each * gradients[h][i][k], 0);
      return isOfScores ? a[i][j] * (gradients[h][i][j] - expected) : gradients[h][i][j];
    }),
  );
  const heads = denseHeads(attention, layer);
  return dense(attention.tokens, (i, j) =>
    Math.max(mean(heads.map((head, h) => head[i][j] * weights[h][i][j])), 0),
  );
}

function withoutSmallest(matrix: Dense, count: number): Dense {
  const size = matrix.length;
  const order = matrix.flat().map((value, index) => ({ value, index }));
  order.sort((a, b) => a.value - b.value || a.index - b.index);
  const gone = new Set(order.slice(0, count).map(({ index }) => index));
  return dense(size, (i, j) => (gone.has(i * size + j) ? 0 : matrix[i][j]));
}

describe("gradient rollout", () => {
  test("drops attention that lowers the score, and shares out the rest with the identity", () => {
    const attention = attentionStack([0.5, 0.25, 0.25, 1, 1, 1, 1, 1, 1], 1, 1, 3);
    const attentionGradient = matrixStack([-1, 2, -3, 0, 0, 0, 0, 0, 0], 1, 1, 3);
    // Row 0 of F is [0, .5, 0]; of F + I, divided by its sum, [1, .5, 0] / 1.5.
    const map = gradientRollout.explainer({ attention, attentionGradient })(correct);
    expectClose(map, [1 / 3, 0]);
  });
  test("may discard class token to class token", () => {
    const attention = attentionStack([0.1, 0.9, 0.5, 0.5], 1, 1, 2);
    const attentionGradient = matrixStack([1, 1, 1, 1], 1, 1, 2);
    const step = gradientRollout.explainer({ attention, attentionGradient });
    // [1.1, .9] / 2 with the entry, [1, .9] / 1.9 without it.
    expect(step(correct)[0]).toBeCloseTo(0.45, 12);
    expect(step({ ...correct, discardRatio: 0.25 })[0]).toBeCloseTo(0.9 / 1.9, 12);
  });
  test("is the identity where nothing raises the score", () => {
    const attention = attentionStack([0.1, 0.9, 0.5, 0.5], 1, 1, 2);
    const attentionGradient = matrixStack([-1, -1, -1, -1], 1, 1, 2);
    expectClose(gradientRollout.explainer({ attention, attentionGradient })(correct), [0]);
  });
  test("refuses what its controls do not offer", () => {
    const attention = attentionStack([1, 1, 1, 1], 1, 1, 2);
    const step = gradientRollout.explainer({ attention, attentionGradient: attention });
    for (const wrong of [{ startLayer: 1 }, { discardRatio: 1.1 }, { discardRatio: Number.NaN }])
      expect(() => step({ ...correct, ...wrong })).toThrow("attribution/bad-option");
  });
  test("equals the product of whole matrices, in each variant and normalisation", () => {
    fc.assert(
      fc.property(
        anyStacks,
        fc.constantFrom(...variants),
        fc.constantFrom("row" as const, "vit-explain" as const),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        fc.nat(),
        (stacks, variant, normalisation, discardRatio, start) => {
          const { tokens, layers } = stacks.attention;
          const startLayer = start % layers.length;
          let product = identity(tokens);
          for (let layer = startLayer; layer < layers.length; layer++) {
            const kept = withoutSmallest(
              weighed(stacks, variant, layer),
              Math.floor(tokens ** 2 * discardRatio),
            );
            const sums = kept.map((row) => row.reduce((sum, each) => sum + each, 1));
            const scaled = dense(tokens, (i, j) => {
              const divisor = normalisation === "row" ? sums[i] : sums[j];
              return (kept[i][j] + Number(i === j)) / divisor;
            });
            product = multiply(scaled, product);
          }
          const options = { variant, normalisation, discardRatio, startLayer };
          const map = gradientRollout.explainer(stacks)(options);
          expectClose(map, readPatches(product, stacks.attention));
        },
      ),
    );
  });
});
