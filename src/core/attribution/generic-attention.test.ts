// Generic attention, against the whole matrix R of the paper.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  anyStacks,
  attentionStack,
  dense,
  denseHeads,
  identity,
  matrixStack,
  mean,
  multiply,
  readPatches,
} from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { genericAttention } from "./generic-attention.ts";

describe("generic attention", () => {
  const attention = attentionStack([0.5, 0.5, 0.5, 0.5, 0.25, 0.75, 0.5, 0.5], 1, 2, 2);
  const attentionGradient = matrixStack([0, 2, 0, 0, 0, -1, 0, 0], 1, 2, 2);
  const step = genericAttention.explainer({ attention, attentionGradient });

  test("drops negative values in every head, or after the heads are averaged", () => {
    // The heads give 1 and -.75.
    expectClose(step({ clamp: "before-mean", startLayer: 0 }), [0.5]);
    expectClose(step({ clamp: "after-mean", startLayer: 0 }), [0.125]);
  });
  test("counts the start layer from the end where it is negative, and refuses what is not there", () => {
    expectClose(step({ clamp: "before-mean", startLayer: -1 }), [0.5]);
    expect(() => step({ clamp: "before-mean", startLayer: 1 })).toThrow("attribution/bad-option");
  });
  test("equals R <- R + C R on whole matrices", () => {
    fc.assert(
      fc.property(
        anyStacks,
        fc.constantFrom("before-mean" as const, "after-mean" as const),
        fc.nat(),
        (stacks, clamp, start) => {
          const { layers, tokens } = stacks.attention;
          const startLayer = start % layers.length;
          const relu = (value: number) => Math.max(value, 0);
          let relevance = identity(tokens);
          for (let layer = startLayer; layer < layers.length; layer++) {
            const heads = denseHeads(stacks.attention, layer);
            const gradients = denseHeads(stacks.attentionGradient, layer);
            const c = dense(tokens, (i, j) => {
              const values = heads.map((head, h) => head[i][j] * gradients[h][i][j]);
              return clamp === "before-mean" ? mean(values.map(relu)) : relu(mean(values));
            });
            const added = multiply(c, relevance);
            const before = relevance;
            relevance = dense(tokens, (i, j) => before[i][j] + added[i][j]);
          }
          expectClose(
            genericAttention.explainer(stacks)({ clamp, startLayer }),
            readPatches(relevance, stacks.attention),
          );
        },
      ),
    );
  });
});
