// Generic attention explainability against its authors' code, and against its re-implementation in Beyond Intuition.
import { describe, expect, test } from "vitest";
import { genericAttention } from "../../src/core/attribution/generic-attention.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { goldenTensors } from "../support/golden-tensors.ts";
import { noteError } from "../support/measured-errors.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("golden");

interface Relevance {
  readonly class: number;
  readonly map: GoldenArray;
}

interface BeyondIntuition {
  readonly entry: string;
  readonly category: number;
  readonly start_layer: number;
  readonly map: GoldenArray;
}

describe.skipIf(skipped)(`generic attention${skipped}`, () => {
  const relevance = skipped ? [] : readGolden<{ iccv2021: Relevance[] }>("chefer_f64.json").iccv2021;
  test.each(relevance.map((each) => [each.class, each.map] as const))("class %d", (klass, golden) => {
    const expected = toNumbers(golden);
    const step = genericAttention.explainer(goldenTensors(klass, expected.length));
    const error = relativeError(step({ clamp: "before-mean", startLayer: 0 }), expected);
    expect(noteError("generic-attention", "tiny", error)).toBeLessThanOrEqual(1e-9);
  });

  const others = skipped ? [] : readGolden<{ bth: BeyondIntuition[] }>("other_methods_f64.json").bth;
  const clamped = others.filter(({ entry }) => entry === "generate_genattr");
  test.each(clamped.map((each) => [each.category, each.start_layer, each.map] as const))(
    "clamped after the mean, class %d from layer %d counted from one",
    (klass, layer, golden) => {
      const expected = toNumbers(golden);
      const step = genericAttention.explainer(goldenTensors(klass, expected.length));
      const error = relativeError(step({ clamp: "after-mean", startLayer: layer - 1 }), expected);
      expect(noteError("generic-attention", "tiny", error)).toBeLessThanOrEqual(1e-9);
    },
  );

  test("has cases", () => {
    expect(relevance.length).toBeGreaterThan(0);
    expect(clamped.length).toBeGreaterThan(0);
  });
});
