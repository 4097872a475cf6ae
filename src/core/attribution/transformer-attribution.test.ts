// Transformer attribution, against whole matrices multiplied as in the paper.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  anyStacks,
  dense,
  denseHeads,
  identity,
  matrixStack,
  mean,
  multiply,
  readPatches,
} from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { initialOptions } from "./method.ts";
import { transformerAttribution } from "./transformer-attribution.ts";

const options = { ...initialOptions(transformerAttribution.options), startLayer: 0 };

describe("transformer attribution", () => {
  // Two heads, whose class tokens take .4 and .2 of relevance from the patch.
  const attentionRelevance = matrixStack([0, 0.4, 0, 0, 0, 0.2, 0, 0], 1, 2, 2);
  const attentionGradient = matrixStack([9, 1, 9, 9, 9, -1, 9, 9], 1, 2, 2);
  const step = transformerAttribution.explainer({ attentionRelevance, attentionGradient });

  test("drops negative values in every head, or after the heads are averaged", () => {
    expectClose(step(options), [0.2]);
    expectClose(step({ ...options, clamp: "after-mean" }), [0.1]);
  });

  test("divides rows by their sums where asked", () => {
    expectClose(step({ ...options, rowNormalisation: "on" }), [0.2 / 1.2]);
  });

  test("counts the start layer from the end where it is negative, and refuses what is not there", () => {
    expectClose(step({ ...options, startLayer: -1 }), [0.2]);
    expect(() => step({ ...options, startLayer: 2 })).toThrow("attribution/bad-option");
  });

  test("asks for relevance by the chosen rules", () => {
    const asked = (rules: typeof options.rules) =>
      transformerAttribution.variant!({ ...options, rules }).relevance;
    expect(asked("ours")).toEqual({ table: "lrp", layers: "ours" });
    expect(asked("original")).toEqual({ table: "lrp", layers: "original" });
    expect(asked("stabilised")).toEqual({ table: "lrp", layers: "ours", epsilon: expect.any(Number) });
  });

  test("equals the product of I + C on whole matrices, with or without their rows brought to 1", () => {
    fc.assert(
      fc.property(
        anyStacks,
        fc.constantFrom("before-mean" as const, "after-mean" as const),
        fc.constantFrom("off" as const, "on" as const),
        fc.nat(),
        (stacks, clamp, rowNormalisation, start) => {
          const { scores: relevances, attentionGradient: gradients } = stacks;
          const { layers, tokens } = relevances;
          const startLayer = start % layers.length;
          const relu = (value: number) => Math.max(value, 0);
          let product = identity(tokens);
          for (let layer = layers.length - 1; layer >= startLayer; layer--) {
            const [r, g] = [denseHeads(relevances, layer), denseHeads(gradients, layer)];
            const matrix = dense(tokens, (i, j) => {
              const values = r.map((head, h) => head[i][j] * g[h][i][j]);
              return (
                Number(i === j) + (clamp === "before-mean" ? mean(values.map(relu)) : relu(mean(values)))
              );
            });
            const sums = matrix.map((row) => (rowNormalisation === "on" ? mean(row) * tokens : 1));
            product = multiply(
              product,
              dense(tokens, (i, j) => matrix[i][j] / sums[i]),
            );
          }
          const given = { attentionRelevance: relevances, attentionGradient: gradients };
          expectClose(
            transformerAttribution.explainer(given)({ ...options, clamp, rowNormalisation, startLayer }),
            readPatches(product, relevances),
          );
        },
      ),
    );
  });
});
