// Rollout maps of the real DeiT-Tiny on photographs, through onnxruntime, against the authors' code.
import { beforeAll, describe, expect, test } from "vitest";
import { abnarZuidema } from "../../src/core/attribution/abnar-zuidema.ts";
import type { AttentionStack } from "../../src/core/attribution/method.ts";
import { normaliseByMaximum } from "../../src/core/attribution/normalise-map.ts";
import { rollout } from "../../src/core/attribution/rollout.ts";
import { normalisePixels } from "../../src/core/vision/normalise.ts";
import { openDeit } from "../support/deit.ts";
import { relativeError } from "../support/golden.ts";
import { cropOf, type GoldenMap, readGoldenReal } from "../support/golden-real.ts";
import { noteError } from "../support/measured-errors.ts";
import { readPicture } from "../support/pictures.ts";
import { rankCorrelation } from "../support/ranks.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("goldenReal", "models");
const normalisations: Readonly<Record<string, "row" | "vit-explain">> = {
  as_written: "vit-explain",
  as_written_f32: "vit-explain",
  row_normalised: "row",
};

describe.skipIf(skipped)(`DeiT-Tiny rollout on photographs${skipped}`, () => {
  const goldens = skipped ? [] : readGoldenReal();
  let forward: Awaited<ReturnType<typeof openDeit>>;
  beforeAll(async () => {
    forward = await openDeit();
  });

  test.each(goldens.map((golden) => [golden.file, golden] as const))("%s", async (_, golden) => {
    const input = normalisePixels(await readPicture(cropOf(golden)), golden.mean, golden.std);
    const { attention } = await forward(input);
    const cases = golden.maps.filter(({ method }) => method === "rollout" || method === "chefer_rollout");
    expect(cases.length).toBeGreaterThan(0);
    for (const golden of cases) expectSameMap("rollout", golden, explain(golden, attention));
    for (const golden of cases.filter(({ method }) => method === "chefer_rollout"))
      expectSameMap("abnar-zuidema", golden, byLayer(golden, attention));
  });

  test("there are photographs", () => expect(goldens.length).toBeGreaterThan(0));
});

function explain(golden: GoldenMap, attention: AttentionStack): Float64Array {
  return rollout.explainer({ attention })({
    fusion: golden.head_fusion ?? "mean",
    discardRatio: golden.discard ?? 0,
    normalisation: golden.method === "rollout" ? normalisations[golden.variant!] : "row",
    startLayer: golden.start_layer ?? 0,
    headsOff: [],
  });
}

function byLayer(golden: GoldenMap, attention: AttentionStack): Float64Array {
  const startLayer = golden.start_layer ?? 0;
  return abnarZuidema.explainer({ attention })({ residual: "with", startLayer, lastLayer: -1 });
}

/** Raw maps of the corrected variants may come in another scale; the authors' are divided by their maximum. */
function expectSameMap(id: string, golden: GoldenMap, map: Float64Array): void {
  const label = `${id} ${golden.method} ${golden.variant ?? ""} ${golden.head_fusion ?? ""} ${golden.discard ?? ""}`;
  if (golden.map.includes(null)) {
    expect(() => normaliseByMaximum(map), label).toThrow("attribution/empty-map");
    return;
  }
  const expected = golden.map as readonly number[];
  const actual = Math.max(...expected) === 1 ? normaliseByMaximum(map) : map;
  const error = relativeError(actual, expected);
  const tolerance = golden.discard ? 2e-3 : 1e-3;
  if (error > tolerance && golden.discard) {
    expect(rankCorrelation(actual, expected), label).toBeGreaterThanOrEqual(0.999);
  } else {
    expect(noteError(id, "real", error), label).toBeLessThanOrEqual(tolerance);
  }
}
