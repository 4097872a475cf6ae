// Rollout by hand on two tokens, and the properties that any attention must show.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attentionStack } from "../../../tests/support/attention-stacks.ts";
import { rollout } from "./rollout.ts";

const options = {
  fusion: "mean",
  discardRatio: 0,
  normalisation: "row",
  startLayer: 0,
  headsOff: [],
} as const;

const anyStack = fc
  .record({
    layers: fc.integer({ min: 1, max: 3 }),
    heads: fc.integer({ min: 1, max: 3 }),
    tokens: fc.integer({ min: 2, max: 6 }),
  })
  .chain(({ layers, heads, tokens }) => {
    const length = layers * heads * tokens * tokens;
    return fc
      .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: length, maxLength: length })
      .map((raw) => attentionStack(raw, layers, heads, tokens));
  });

describe("rollout", () => {
  test("is half the attention for a single layer", () => {
    const attention = attentionStack([0.2, 0.8, 0.6, 0.4], 1, 1, 2);
    expect(rollout.explainer({ attention })(options)[0]).toBeCloseTo(0.4, 12);
  });
  test("multiplies the later layer from the left", () => {
    // a1 = [[.6,.4],[.3,.7]], a0 = [[.75,.25],[.1,.9]]: row 0 of a1.a0 is [.49, .51].
    const attention = attentionStack([0.5, 0.5, 0.2, 0.8, 0.2, 0.8, 0.6, 0.4], 2, 1, 2);
    expect(rollout.explainer({ attention })(options)[0]).toBeCloseTo(0.51, 12);
  });
  test("keeps only the residual path of a layer whose heads are all off", () => {
    const attention = attentionStack([0.2, 0.8, 0.6, 0.4], 1, 1, 2);
    expect(Array.from(rollout.explainer({ attention })({ ...options, headsOff: [0] }))).toEqual([0]);
  });
  test("averages the rows of all tokens that the head reads", () => {
    const attention = { ...attentionStack([0.2, 0.8, 0.6, 0.4], 1, 1, 2), outputTokens: [0, 1] };
    expect(rollout.explainer({ attention })(options)[0]).toBeCloseTo((0.4 + 0.7) / 2, 12);
  });
  test("refuses a start layer that does not exist", () => {
    const attention = attentionStack([0.2, 0.8, 0.6, 0.4], 1, 1, 2);
    expect(() => rollout.explainer({ attention })({ ...options, startLayer: 1 })).toThrow(
      "attribution/bad-option",
    );
  });
  test("rows stay stochastic: without prefix tokens the row sums to 1, whatever fusion and discard", () => {
    fc.assert(
      fc.property(
        anyStack,
        fc.constantFrom("mean" as const, "max" as const, "min" as const),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (attention, fusion, discardRatio) => {
          const step = rollout.explainer({ attention: { ...attention, prefixTokens: 0 } });
          const row = step({ ...options, fusion, discardRatio });
          expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
        },
      ),
    );
  });
  test("commutes with relabelling the patches", () => {
    fc.assert(
      fc.property(anyStack, (attention) => {
        const { tokens } = attention;
        const swap = (token: number) => (token === 0 ? 0 : tokens - token);
        const layers = attention.layers.map((layer) =>
          layer.map((_, index) => {
            const [head, rest] = [Math.floor(index / (tokens * tokens)), index % (tokens * tokens)];
            const [i, j] = [Math.floor(rest / tokens), rest % tokens];
            return layer[(head * tokens + swap(i)) * tokens + swap(j)];
          }),
        );
        const straight = rollout.explainer({ attention })(options);
        const relabelled = rollout.explainer({ attention: { ...attention, layers } })(options);
        Array.from(straight.reverse()).forEach((value, index) => {
          expect(relabelled[index]).toBeCloseTo(value, 12);
        });
      }),
    );
  });
  test("the two normalisations agree where all row sums are equal", () => {
    fc.assert(
      fc.property(anyStack, (attention) => {
        const step = rollout.explainer({ attention });
        const asWritten = step({ ...options, normalisation: "vit-explain" });
        step(options).forEach((value, index) => {
          expect(asWritten[index]).toBeCloseTo(value, 12);
        });
      }),
    );
  });
});
