// Gradient rollout, in each of its variants, against vit-explain's own code on the tiny ViT.
import { describe, expect, test } from "vitest";
import { gradientRollout } from "../../src/core/attribution/gradient-rollout.ts";
import { initialOptions } from "../../src/core/attribution/method.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { goldenSizes } from "../support/golden-sizes.ts";
import { goldenTensors } from "../support/golden-tensors.ts";
import { noteError } from "../support/measured-errors.ts";
import { dividedByMaximum } from "../support/stretched.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("golden");

interface Case {
  readonly category: number;
  readonly discard_ratio: number;
  /** The authors' class, end to end in single precision. */
  readonly as_written: GoldenArray;
  readonly as_written_f64: GoldenArray;
  readonly order_fixed_score_grad: GoldenArray;
  readonly attn_grad_reversed: GoldenArray;
  readonly intended: GoldenArray;
}

/** Whether the authors' map is not zero divided by zero. */
function isDefined({ as_written_f64 }: Case): boolean {
  return !as_written_f64.data.includes(null);
}

const variants = [
  { golden: "intended", variant: "intended", tolerance: 1e-9 },
  { golden: "order_fixed_score_grad", variant: "order-fixed", tolerance: 1e-9 },
  { golden: "as_written_f64", variant: "as-written", tolerance: 1e-9 },
  { golden: "attn_grad_reversed", variant: "reversed", tolerance: 1e-9 },
  { golden: "as_written", variant: "as-written", tolerance: 1e-4 },
] as const;

describe.skipIf(skipped)(`vit-explain gradient rollout${skipped}`, () => {
  const cases = skipped ? [] : readGolden<{ cases: Case[] }>("jacobgil_grad_rollout.json").cases;
  describe.each(variants)("$golden", ({ golden, variant, tolerance }) => {
    test.each(cases.map((each) => [each.category, each.discard_ratio, each] as const))(
      "class %d, discard %d",
      (category, discardRatio, each) => {
        const expected = toNumbers(each[golden]);
        const step = gradientRollout.explainer(goldenTensors(category, expected.length));
        const map = step({ variant, discardRatio, normalisation: "vit-explain", startLayer: 0 });
        if (expected.some(Number.isNaN)) {
          expect(Math.max(...map)).toBe(0);
          return;
        }
        const error = relativeError(dividedByMaximum(map), expected);
        if (tolerance < 1e-6) noteError("gradient-rollout", "tiny", error);
        expect(error).toBeLessThanOrEqual(tolerance);
      },
    );
  });
  test("has cases", () => expect(cases.length).toBeGreaterThan(0));

  // A single layer has no order.
  test.runIf(goldenSizes.layers > 1)("by default differs from what the code as written draws", () => {
    const errors = cases.filter(isDefined).map(({ category, as_written_f64 }) => {
      const expected = toNumbers(as_written_f64);
      const step = gradientRollout.explainer(goldenTensors(category, expected.length));
      return relativeError(dividedByMaximum(step(initialOptions(gradientRollout.options))), expected);
    });
    expect(Math.max(...errors)).toBeGreaterThan(0.1);
  });
});
