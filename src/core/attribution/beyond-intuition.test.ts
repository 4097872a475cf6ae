// Beyond Intuition, against the whole matrix R of the paper.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  anyStacks,
  dense,
  denseHeads,
  identity,
  mean,
  multiply,
  readPatches,
} from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { finish } from "../../../tests/support/finish.ts";
import { beyondIntuition } from "./beyond-intuition.ts";
import type { AttentionStack } from "./tensors.ts";

const width = 4;

const withTokens = anyStacks.chain((stacks) => {
  const { layers, tokens } = stacks.attention;
  const values = fc
    .array(fc.double({ min: 0.1, max: 2, noNaN: true }), {
      minLength: tokens * width,
      maxLength: tokens * width,
    })
    .map((each) => Float64Array.from(each));
  const each = { minLength: layers.length, maxLength: layers.length };
  return fc
    .record({ inputs: fc.array(values, each), projectedValues: fc.array(values, each) })
    .map(({ inputs, projectedValues }) => ({
      ...stacks,
      tokens: inputs.map((input) => ({ input, mid: input, output: input })),
      projectedValues,
      attentionPath: stacks.attentionGradient.layers.at(-1)!,
    }));
});

const length = (values: Float64Array, token: number) =>
  Math.sqrt(values.slice(token * width, (token + 1) * width).reduce((sum, value) => sum + value * value, 0));

function byHeads(attention: AttentionStack, gradient: AttentionStack, layer: number) {
  const [heads, slopes] = [denseHeads(attention, layer), denseHeads(gradient, layer)];
  const sizes = heads.map((head, h) => {
    const turned = dense(attention.tokens, (i, j) => head[j][i]);
    return mean(multiply(turned, slopes[h]).flat().map(Math.abs));
  });
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return dense(attention.tokens, (i, j) =>
    heads.reduce((sum, head, h) => sum + (total === 0 ? 1 / heads.length : sizes[h] / total) * head[i][j], 0),
  );
}

describe("Beyond Intuition", () => {
  test.each(["heads", "tokens"] as const)("by %s equals W * R on whole matrices", (perception) => {
    fc.assert(
      fc.property(withTokens, fc.nat(), (tensors, start) => {
        const { attention, attentionGradient } = tensors;
        const count = attention.layers.length;
        const startLayer = start % count;
        let r = identity(attention.tokens);
        for (let layer = startLayer; layer < count; layer++) {
          const o =
            perception === "heads"
              ? byHeads(attention, attentionGradient, layer)
              : dense(attention.tokens, (i, j) => {
                  const average = mean(denseHeads(attention, layer).map((head) => head[i][j]));
                  const { input } = tensors.tokens[layer];
                  return (average * length(tensors.projectedValues[layer], j)) / length(input, j);
                });
          const [before, added] = [r, multiply(o, r)];
          r = dense(attention.tokens, (i, j) => before[i][j] + added[i][j]);
        }
        const slopes = denseHeads(attentionGradient, count - 1);
        const weighed = dense(
          attention.tokens,
          (i, j) => r[i][j] * mean(slopes.map((head) => Math.max(head[i][j], 0))),
        );
        const map = finish(beyondIntuition.explainer(tensors)({ perception, startLayer, steps: 20 }));
        expectClose(map, readPatches(weighed, attention));
      }),
    );
  });

  test("tells the share done, and can be asked again", () => {
    const [tensors] = fc.sample(
      withTokens.filter(({ attention }) => attention.layers.length === 4),
      { numRuns: 1, seed: 3 },
    );
    const explain = beyondIntuition.explainer(tensors);
    const options = { perception: "heads", startLayer: 1, steps: 20 } as const;
    const run = explain(options);
    expect([run.next().value, run.next().value, run.next().value]).toEqual([1 / 3, 2 / 3, 1]);
    const first = run.next();
    expect(first.done).toBe(true);
    expect(finish(explain(options))).toEqual(first.value);
  });

  test("refuses a layer that is not there", () => {
    const [tensors] = fc.sample(withTokens, { numRuns: 1, seed: 4 });
    const explain = beyondIntuition.explainer(tensors);
    expect(() => finish(explain({ perception: "heads", startLayer: 4, steps: 20 }))).toThrow(
      "attribution/bad-option",
    );
  });
});
