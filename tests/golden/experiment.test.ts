// FAF of rollout per photograph of the COCO experiment, given that experiment's own foreground masks.
import { beforeAll, describe, expect, test } from "vitest";
import { rollout } from "../../src/core/attribution/rollout.ts";
import { foregroundAttention } from "../../src/core/metrics/foreground-attention.ts";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { prepareInput } from "../../src/core/vision/normalise.ts";
import { openDeit } from "../support/deit.ts";
import { readExperimentPicture, readExperimentRows } from "../support/experiment.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("experiment", "data", "models");
const methods = {
  rollout_mean_d0: { fusion: "mean", discardRatio: 0, normalisation: "row" },
  rollout_mean_d09: { fusion: "mean", discardRatio: 0.9, normalisation: "row" },
  rollout_max_d09: { fusion: "max", discardRatio: 0.9, normalisation: "row" },
  rollout_vitexplain_aswritten_max_d09: { fusion: "max", discardRatio: 0.9, normalisation: "vit-explain" },
} as const;

describe.skipIf(skipped)(`FAF of rollout on COCO photographs${skipped}`, () => {
  let forward: Awaited<ReturnType<typeof openDeit>>;
  beforeAll(async () => {
    forward = await openDeit();
  });

  const rows = skipped ? [] : readExperimentRows();
  test.each(rows.map((row) => [row.file_name, row] as const))("%s", async (_, row) => {
    const { tensor } = prepareInput(await readExperimentPicture(row), deitTiny.preprocessing);
    const { logits, attention } = await forward(tensor);
    expect(indexOfLargest(logits)).toBe(row.top1);
    const step = rollout.explainer({ attention });
    for (const [id, options] of Object.entries(methods)) {
      const map = step({ ...options, startLayer: 0, headsOff: [] });
      const expected = row.faf_mrcnn?.[id] ?? null;
      if (expected === null) expect(() => foregroundAttention(map, row.m_mrcnn), id).toThrow();
      else {
        const { faf } = foregroundAttention(map, row.m_mrcnn);
        expect(Math.abs(faf - expected), id).toBeLessThanOrEqual(1e-3);
      }
    }
  });
});

function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
