// The photographs of the COCO experiment with what was computed for each of them elsewhere.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { RgbaImage } from "../../src/core/vision/rgba-image.ts";
import { readPicture } from "./pictures.ts";
import { witnesses } from "./witnesses.ts";

/** FAF by the experiment's names of maps; null where a map is zero everywhere. */
export type FafByName = Readonly<Record<string, number | null>>;

/** One photograph; only what tests here read. */
export interface ExperimentRow {
  readonly file_name: string;
  readonly top1: number;
  readonly labels: readonly string[];
  readonly scores: readonly number[];
  readonly boxes_xyxy_orig: readonly (readonly [number, number, number, number])[];
  /** Foreground share of each patch, row-major: what Mask R-CNN finds, and what people drew. */
  readonly m_mrcnn: readonly number[];
  readonly m_gt: readonly number[];
  /** null where no patch has any foreground. */
  readonly faf_mrcnn: FafByName | null;
  readonly faf_gt: FafByName | null;
}

interface Experiment {
  readonly rows: readonly ExperimentRow[];
}

/** All rows with `EXPERIMENT_IMAGES=all`, otherwise so many of them (40), spread over the set. */
export function readExperimentRows(): readonly ExperimentRow[] {
  const path = resolve(witnesses.experiment, "val.json");
  const { rows } = JSON.parse(readFileSync(path, "utf8")) as Experiment;
  const wanted = process.env.EXPERIMENT_IMAGES ?? "40";
  const count = wanted === "all" ? rows.length : Math.min(Number(wanted), rows.length);
  return Array.from({ length: count }, (_, index) => rows[Math.floor((index * rows.length) / count)]!);
}

export function readExperimentPicture(row: ExperimentRow): Promise<RgbaImage> {
  return readPicture(resolve(witnesses.data, "coco-mini/images", row.file_name));
}
