// Transition attention maps, against the whole matrices of the formula.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  anyStacks,
  attentionStack,
  dense,
  denseHeads,
  identity,
  mean,
  multiply,
  readPatches,
} from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { tam } from "./tam.ts";

describe("transition attention maps", () => {
  const attention = attentionStack([0.5, 0.5, 0.25, 0.75, 0.4, 0.6, 0.2, 0.8], 2, 1, 2);
  const explain = tam.explainer({ attention, attentionPath: Float64Array.from([9, 2, 9, 9]) });

  test("by hand on two layers of two tokens", () => {
    // s = (.4, .6), then s + s.A_0 = (.4 + .35, .6 + .65); times 2.
    expectClose(explain({ startLayer: 0, steps: 20 }), [2.5]);
    expectClose(explain({ startLayer: 1, steps: 20 }), [1.2]);
  });

  test("count the start layer from the end where it is negative, and refuse what is not there", () => {
    expectClose(explain({ startLayer: -1, steps: 20 }), [1.2]);
    expect(() => explain({ startLayer: 2, steps: 20 })).toThrow("attribution/bad-option");
  });

  test("are zero where the gradient is negative in every head", () => {
    const attentionPath = Float64Array.from([1, -2, 1, 1]);
    expectClose(tam.explainer({ attention, attentionPath })({ startLayer: 0, steps: 20 }), [0]);
  });

  test("equal the product over all layers of I + A, times what the last one is worth", () => {
    fc.assert(
      fc.property(anyStacks, fc.nat(), ({ attention, attentionGradient }, start) => {
        const { layers, tokens } = attention;
        const startLayer = start % layers.length;
        const last = layers.length - 1;
        const average = (layer: number) =>
          dense(tokens, (i, j) => mean(denseHeads(attention, layer).map((head) => head[i][j])));
        let states = average(last);
        for (let layer = last - 1; layer >= startLayer; layer--) {
          const step = average(layer);
          states = multiply(
            states,
            dense(tokens, (i, j) => identity(tokens)[i][j] + step[i][j]),
          );
        }
        const gradients = denseHeads(attentionGradient, last);
        const weighed = dense(
          tokens,
          (i, j) => states[i][j] * mean(gradients.map((head) => Math.max(head[i][j], 0))),
        );
        const attentionPath = attentionGradient.layers[last];
        expectClose(
          tam.explainer({ attention, attentionPath })({ startLayer, steps: 20 }),
          readPatches(weighed, attention),
        );
      }),
    );
  });
});
