// Rollout layer by layer, against products of whole matrices.
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
import { abnarZuidema } from "./abnar-zuidema.ts";

// Two layers of two tokens: A_0 = [[.5,.5],[.2,.8]], A_1 = [[.2,.8],[.6,.4]].
const attention = attentionStack([0.5, 0.5, 0.2, 0.8, 0.2, 0.8, 0.6, 0.4], 2, 1, 2);
const step = abnarZuidema.explainer({ attention });

describe("Abnar & Zuidema's rollout", () => {
  test("keeps half of each layer for the residual path", () => {
    // ã_1 = [[.6,.4],[.3,.7]], ã_0 = [[.75,.25],[.1,.9]]: row 0 of ã_1 ã_0 is [.49, .51].
    expect(step({ residual: "with", startLayer: 0, lastLayer: -1 })[0]).toBeCloseTo(0.51, 12);
  });
  test("is the plain product without it", () => {
    // Row 0 of A_1 A_0 is [.2 .5 + .8 .2, .2 .5 + .8 .8].
    expect(step({ residual: "without", startLayer: 0, lastLayer: 1 })[0]).toBeCloseTo(0.74, 12);
  });
  test("shows the class token after an earlier layer", () => {
    expect(step({ residual: "with", startLayer: 0, lastLayer: 0 })[0]).toBeCloseTo(0.25, 12);
    expect(step({ residual: "with", startLayer: 1, lastLayer: 1 })[0]).toBeCloseTo(0.4, 12);
  });
  test("refuses layers that do not exist, and a start behind the end", () => {
    for (const layers of [
      { startLayer: 0, lastLayer: 2 },
      { startLayer: 1, lastLayer: 0 },
      { startLayer: 0.5, lastLayer: 1 },
    ])
      expect(() => step({ residual: "with", ...layers })).toThrow("attribution/bad-option");
  });
  test("equals the product of whole matrices", () => {
    fc.assert(
      fc.property(anyStacks, fc.boolean(), fc.nat(), fc.nat(), (stacks, isResidual, first, second) => {
        const { attention } = stacks;
        const [startLayer, lastLayer] = [first, second].map((at) => at % attention.layers.length).sort();
        let product = identity(attention.tokens);
        for (let layer = startLayer; layer <= lastLayer; layer++) {
          const heads = denseHeads(attention, layer);
          const mixed = dense(attention.tokens, (i, j) => {
            const average = mean(heads.map((head) => head[i][j]));
            return isResidual ? (average + Number(i === j)) / 2 : average;
          });
          product = multiply(mixed, product);
        }
        const residual = isResidual ? "with" : "without";
        const map = abnarZuidema.explainer({ attention })({ residual, startLayer, lastLayer });
        expectClose(map, readPatches(product, attention));
      }),
    );
  });
});
