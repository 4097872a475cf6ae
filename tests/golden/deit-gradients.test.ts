// Maps of the real DeiT-Tiny that are made of attention and its gradients, against the authors' code on photographs.
import { beforeAll, describe, expect, test } from "vitest";
import { agcam } from "../../src/core/attribution/agcam.ts";
import { attentionGradCam } from "../../src/core/attribution/attention-grad-cam.ts";
import { genericAttention } from "../../src/core/attribution/generic-attention.ts";
import { gradientRollout } from "../../src/core/attribution/gradient-rollout.ts";
import { lastLayerAttention } from "../../src/core/attribution/last-layer-attention.ts";
import { normaliseByMaximum } from "../../src/core/attribution/normalise-map.ts";
import { normalisePixels } from "../../src/core/vision/normalise.ts";
import { type AttentionTensors, openDeitGradients } from "../support/deit-gradients.ts";
import { relativeError } from "../support/golden.ts";
import { cropOf, type GoldenMap, type GoldenReal, readGoldenReal } from "../support/golden-real.ts";
import { noteError } from "../support/measured-errors.ts";
import { readPicture } from "../support/pictures.ts";
import { rankCorrelation } from "../support/ranks.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("goldenReal", "models");

/** Each method under the goldens' name, its map in the goldens' scale. */
const methods: Readonly<
  Record<string, { id: string; map: (tensors: AttentionTensors, golden: GoldenMap) => Float64Array }>
> = {
  grad_rollout: { id: gradientRollout.id, map: asVitExplain },
  iccv21: {
    id: genericAttention.id,
    map: (tensors) => genericAttention.explainer(tensors)({ clamp: "before-mean", startLayer: 0 }),
  },
  agcam: { id: agcam.id, map: (tensors) => agcam.explainer(tensors)({}) },
  attn_gradcam: {
    id: attentionGradCam.id,
    map: (tensors) => fromZeroToOne(attentionGradCam.explainer(tensors)({})),
  },
  last_layer_attn: { id: lastLayerAttention.id, map: (tensors) => lastLayerAttention.explainer(tensors)({}) },
};

const variants: Readonly<Record<string, "intended" | "order-fixed" | "as-written">> = {
  intended: "intended",
  order_fixed: "order-fixed",
  as_written: "as-written",
  as_written_f32: "as-written",
};

describe.skipIf(skipped)(`DeiT-Tiny's attention gradients on photographs${skipped}`, () => {
  const goldens = skipped ? [] : readGoldenReal();
  let run: Awaited<ReturnType<typeof openDeitGradients>>;
  beforeAll(async () => {
    run = await openDeitGradients();
  });

  test.each(goldens.map((golden) => [golden.file, golden] as const))("%s", async (_, golden) => {
    const input = normalisePixels(await readPicture(cropOf(golden)), golden.mean, golden.std);
    for (const klass of golden.classes) {
      const tensors = await run(input, klass);
      const cases = casesOf(golden, klass);
      expect(new Set(cases.map(({ method }) => method))).toEqual(new Set(Object.keys(methods)));
      for (const each of cases) expectSameMap(each, tensors);
    }
  });

  test("there are photographs", () => expect(goldens.length).toBeGreaterThan(0));
});

/** The maps of a class, and those of no class. */
function casesOf(golden: GoldenReal, klass: number): readonly GoldenMap[] {
  return golden.maps.filter(({ method, cls }) => (cls ?? klass) === klass && Object.hasOwn(methods, method));
}

function expectSameMap(golden: GoldenMap, tensors: AttentionTensors): void {
  const label = `${golden.method} ${golden.variant ?? ""} ${golden.discard ?? ""} ${golden.cls ?? ""}`;
  const { id, map } = methods[golden.method]!;
  // The authors divide zero by zero, or the witness writes zeros instead.
  if (golden.map.every((value) => value === null || value === 0)) {
    expect(() => map(tensors, golden), label).toThrow("attribution/empty-map");
    return;
  }
  const actual = map(tensors, golden);
  const expected = golden.map as readonly number[];
  const error = relativeError(actual, expected);
  // An entry at the border of what is discarded can fall on the other side in single precision.
  if (golden.discard && error > 2e-3)
    expect(rankCorrelation(actual, expected), label).toBeGreaterThanOrEqual(0.999);
  else expect(noteError(id, "real", error), label).toBeLessThanOrEqual(golden.discard ? 2e-3 : 1e-3);
}

function asVitExplain(tensors: AttentionTensors, { variant, discard }: GoldenMap): Float64Array {
  const step = gradientRollout.explainer(tensors);
  const options = { discardRatio: discard ?? 0, normalisation: "vit-explain", startLayer: 0 } as const;
  return normaliseByMaximum(step({ variant: variants[variant!]!, ...options }));
}

function fromZeroToOne(map: Float64Array): Float64Array {
  const least = Math.min(...map);
  const range = Math.max(...map) - least;
  return map.map((value) => (value - least) / range);
}
