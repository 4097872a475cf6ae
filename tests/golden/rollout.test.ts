// Attention rollout against vit-explain's own code and against Chefer's corrected rollout, on the tiny ViT.
import { describe, expect, test } from "vitest";
import { rollout } from "../../src/core/attribution/rollout.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { goldenAttention } from "../support/golden-tensors.ts";
import { noteError } from "../support/measured-errors.ts";
import { dividedByMaximum } from "../support/stretched.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("golden");
const corrected = {
  discardRatio: 0,
  fusion: "mean",
  normalisation: "row",
  startLayer: 0,
  headsOff: [],
} as const;

interface VitExplainCase {
  readonly head_fusion: "mean" | "max" | "min";
  readonly discard_ratio: number;
  readonly mask64: GoldenArray;
}

describe.skipIf(skipped)(`vit-explain rollout${skipped}`, () => {
  const cases = skipped ? [] : readGolden<{ cases: VitExplainCase[] }>("jacobgil_rollout.json").cases;
  test.each(cases.map((golden) => [golden.head_fusion, golden.discard_ratio, golden.mask64] as const))(
    "%s fusion, discard %d",
    (fusion, discardRatio, golden) => {
      const expected = toNumbers(golden);
      const step = rollout.explainer({ attention: goldenAttention(expected.length) });
      const map = step({ ...corrected, fusion, discardRatio, normalisation: "vit-explain" });
      if (expected.some(Number.isNaN)) {
        expect(Math.max(...map)).toBe(0);
      } else {
        const error = relativeError(dividedByMaximum(map), expected);
        expect(noteError("rollout", "tiny", error)).toBeLessThanOrEqual(1e-9);
      }
    },
  );
  test("has cases", () => expect(cases.length).toBeGreaterThan(0));
});

describe.skipIf(skipped)(`Chefer's corrected rollout${skipped}`, () => {
  const baselines = skipped
    ? []
    : readGolden<{ baselines: { method: string; map: GoldenArray }[] }>("chefer_f64.json").baselines;
  const cases = baselines.filter(({ method }) => method.startsWith("rollout_start"));
  test.each(cases.map(({ method, map }) => [method, map] as const))("%s", (method, golden) => {
    const expected = toNumbers(golden);
    const startLayer = Number(method.replace("rollout_start", ""));
    const map = rollout.explainer({ attention: goldenAttention(expected.length) })({
      ...corrected,
      startLayer,
    });
    expect(noteError("rollout", "tiny", relativeError(map, expected))).toBeLessThanOrEqual(1e-9);
  });
  test("has cases", () => expect(cases.length).toBeGreaterThan(0));
});
