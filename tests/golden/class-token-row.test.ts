// Methods that read the class token's row of single layers, against their authors' code.
import { describe, expect, test } from "vitest";
import { agcam } from "../../src/core/attribution/agcam.ts";
import { attentionGradCam } from "../../src/core/attribution/attention-grad-cam.ts";
import { lastLayerAttention } from "../../src/core/attribution/last-layer-attention.ts";
import { rawAttention } from "../../src/core/attribution/raw-attention.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { goldenAttention, goldenTensors } from "../support/golden-tensors.ts";
import { noteError } from "../support/measured-errors.ts";
import { stretched } from "../support/stretched.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("golden");

interface Chefer {
  readonly ours: readonly { readonly class: number | null; readonly last_layer_attn: GoldenArray }[];
  readonly baselines: readonly {
    readonly method: string;
    readonly class?: number;
    readonly map: GoldenArray;
  }[];
}

describe.skipIf(skipped)(`AGCAM${skipped}`, () => {
  const cases = skipped
    ? []
    : readGolden<{ agcam: { category: number; map: GoldenArray }[] }>("other_methods_f64.json").agcam;
  test.each(cases.map(({ category, map }) => [category, map] as const))("class %d", (category, golden) => {
    const expected = toNumbers(golden);
    const map = agcam.explainer(goldenTensors(category, expected.length))({});
    expect(noteError("agcam", "tiny", relativeError(map, expected))).toBeLessThanOrEqual(1e-9);
  });
  test("has cases", () => expect(cases.length).toBeGreaterThan(0));
});

describe.skipIf(skipped)(`Chefer's baselines${skipped}`, () => {
  const { ours, baselines } = skipped ? { ours: [], baselines: [] } : readGolden<Chefer>("chefer_f64.json");
  const cams = baselines.filter(({ method }) => method === "cam_attn");
  test.each(cams.map((each) => [each.class!, each.map] as const))("cam_attn, class %d", (klass, golden) => {
    const expected = toNumbers(golden);
    const step = attentionGradCam.explainer(goldenTensors(klass, expected.length));
    if (expected.some(Number.isNaN)) {
      expect(() => step({})).toThrow("attribution/empty-map");
      return;
    }
    const error = relativeError(stretched(step({})), expected);
    expect(noteError("attention-grad-cam", "tiny", error)).toBeLessThanOrEqual(1e-9);
  });

  test.each(ours.map((each) => [String(each.class ?? "best"), each.last_layer_attn] as const))(
    "last_layer_attn, class %s",
    (_, golden) => {
      const expected = toNumbers(golden);
      const attention = goldenAttention(expected.length);
      const map = lastLayerAttention.explainer({ attention })({});
      expect(noteError("last-layer-attention", "tiny", relativeError(map, expected))).toBeLessThanOrEqual(
        1e-9,
      );
      const raw = rawAttention.explainer({ attention })({ layer: -1, head: -1 });
      expect(noteError("raw-attention", "tiny", relativeError(raw, expected))).toBeLessThanOrEqual(1e-9);
    },
  );

  test("has cases", () => {
    expect(cams.length).toBeGreaterThan(0);
    expect(ours.length).toBeGreaterThan(0);
  });
});
