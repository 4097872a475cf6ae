// LeGrad, against the sum of the formula.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyStacks, denseHeads, matrixStack, mean } from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { legrad, legradClip } from "./legrad.ts";
import { initialOptions } from "./method.ts";

const initial = initialOptions(legrad.options);

describe("LeGrad", () => {
  const localGradient = matrixStack([1, 2, -1, 4, 1, -8, 1, 1], 2, 1, 2);
  const explain = legrad.explainer({ localGradient });

  test("by hand on two layers of two tokens: all queries count, the class token's key does not", () => {
    expectClose(explain(initial), [3 + 0.5]);
    expectClose(explain({ ...initial, lastLayer: 0 }), [3]);
    expectClose(explain({ ...initial, firstLayer: -1 }), [0.5]);
  });

  test("of CLIP takes the last two layers", () => {
    const three = matrixStack([9, 9, 9, 9, 1, 2, -1, 4, 1, -8, 1, 1], 3, 1, 2);
    expectClose(legrad.explainer({ localGradient: three })(legradClip), [3.5]);
  });

  test("asks for the head on the mean token, or as the model has it", () => {
    expect(legrad.variant!(initial)).toEqual({ pooling: "mean" });
    expect(legrad.variant!({ ...initial, pooling: "head" })).toEqual({ pooling: "head" });
  });

  test("refuses layers that are not there, and a range that ends before it begins", () => {
    expect(() => explain({ ...initial, firstLayer: 2 })).toThrow("attribution/bad-option");
    expect(() => explain({ ...initial, lastLayer: -3 })).toThrow("attribution/bad-option");
    expect(() => explain({ ...initial, firstLayer: 1, lastLayer: 0 })).toThrow("attribution/bad-option");
  });

  test("equals the mean over heads and queries, summed over layers", () => {
    fc.assert(
      fc.property(anyStacks, fc.nat(), fc.nat(), ({ attentionGradient: stack }, a, b) => {
        const { layers, tokens, prefixTokens } = stack;
        const [firstLayer, lastLayer] = [a % layers.length, b % layers.length].sort((x, y) => x - y);
        const expected = Array.from({ length: tokens }, (_, j) => {
          let sum = 0;
          for (let layer = firstLayer; layer <= lastLayer; layer++)
            sum += mean(denseHeads(stack, layer).flatMap((head) => head.map((row) => Math.max(row[j], 0))));
          return sum;
        }).slice(prefixTokens);
        const map = legrad.explainer({ localGradient: stack })({ ...initial, firstLayer, lastLayer });
        expectClose(map, expected);
      }),
    );
  });
});
