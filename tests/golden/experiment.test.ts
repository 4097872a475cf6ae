// FAF of rollout per photograph of the COCO experiment, given that experiment's own foreground masks.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { rollout } from "../../src/core/attribution/rollout.ts";
import { foregroundAttention } from "../../src/core/metrics/foreground-attention.ts";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { prepareInput } from "../../src/core/vision/normalise.ts";
import { openDeit } from "../support/deit.ts";
import { readPicture } from "../support/pictures.ts";
import { missing, witnesses } from "../support/witnesses.ts";

const skipped = missing("experiment", "data", "models");
const methods = {
  rollout_mean_d0: { fusion: "mean", discardRatio: 0, normalisation: "row" },
  rollout_mean_d09: { fusion: "mean", discardRatio: 0.9, normalisation: "row" },
  rollout_max_d09: { fusion: "max", discardRatio: 0.9, normalisation: "row" },
  rollout_vitexplain_aswritten_max_d09: { fusion: "max", discardRatio: 0.9, normalisation: "vit-explain" },
} as const;

interface Row {
  readonly file_name: string;
  readonly top1: number;
  readonly faf_mrcnn: Readonly<Record<string, number | null>> | null;
  readonly m_mrcnn: readonly number[];
}

describe.skipIf(skipped)(`FAF of rollout on COCO photographs${skipped}`, () => {
  let forward: Awaited<ReturnType<typeof openDeit>>;
  beforeAll(async () => {
    forward = await openDeit();
  });

  test.each(experimentRows().map((row) => [row.file_name, row] as const))("%s", async (file, row) => {
    const image = await readPicture(resolve(witnesses.data, "coco-mini/images", file));
    const { tensor } = prepareInput(image, deitTiny.preprocessing);
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

/** All rows with `EXPERIMENT_IMAGES=all`, otherwise so many of them (40), spread over the set. */
function experimentRows(): readonly Row[] {
  if (skipped) return [];
  const path = resolve(witnesses.experiment, "val.json");
  const { rows } = JSON.parse(readFileSync(path, "utf8")) as { readonly rows: readonly Row[] };
  const wanted = process.env.EXPERIMENT_IMAGES ?? "40";
  const step = wanted === "all" ? 1 : Math.max(1, Math.floor(rows.length / Number(wanted)));
  return rows.filter((_, index) => index % step === 0);
}

function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
