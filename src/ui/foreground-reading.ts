// What the FAF/BAF panel has to say: a number only where there is one, and a reason everywhere else.
import { isXaiError, type XaiError } from "../core/errors.ts";
import { type ForegroundAttention, foregroundAttention } from "../core/metrics/foreground-attention.ts";
import { resampleFloat } from "../core/vision/resample.ts";
import type { AppState } from "./state/app-state.ts";
import { type Running, resultOf } from "./state/task.ts";

export type ForegroundReading =
  | { readonly state: "waiting" }
  | { readonly state: "loading"; readonly task: Running }
  | { readonly state: "finding"; readonly task: Running }
  | { readonly state: "failed"; readonly error: XaiError }
  | { readonly state: "none-found" }
  | { readonly state: "none-chosen" }
  | { readonly state: "measuring" }
  | { readonly state: "out-of-view" }
  | { readonly state: "no-map" }
  | { readonly state: "measured"; readonly measures: ForegroundAttention };

export type ReadingInputs = Pick<
  AppState,
  | "shown"
  | "classifier"
  | "detector"
  | "segmentation"
  | "segmentedPicture"
  | "chosen"
  | "foreground"
  | "lastForeground"
>;

export function readForeground(inputs: ReadingInputs): ForegroundReading {
  const { shown, detector, segmentation, segmentedPicture, chosen, foreground } = inputs;
  if (shown === null || shown.classification === null) return { state: "waiting" };
  if (detector.status === "running") return { state: "loading", task: detector };
  if (detector.status === "failed") return { state: "failed", error: detector.error };
  if (segmentedPicture !== shown.picture.id) return { state: "waiting" };
  if (segmentation.status === "idle") return { state: "waiting" };
  if (segmentation.status === "running") return { state: "finding", task: segmentation };
  if (segmentation.status === "failed") return { state: "failed", error: segmentation.error };
  if (segmentation.result.instances.length === 0) return { state: "none-found" };
  if (chosen.length === 0) return { state: "none-chosen" };
  if (foreground.status === "failed") return { state: "failed", error: foreground.error };
  return measure(inputs);
}

type Cells = { readonly rows: number; readonly columns: number };

/**
 * The cells in which the shown map is measured: its own, or for a map of pixels the model's patches, into which its
 * positive part is summed.
 */
export function cellsOf(shown: AppState["shown"], classifier: AppState["classifier"]): Cells {
  const patches = resultOf(classifier)?.grid ?? { rows: 1, columns: 1 };
  const heatmap = shown?.heatmap ?? null;
  return heatmap === null || heatmap.resolution !== "features" ? patches : heatmap.grid;
}

function measure({ shown, classifier, lastForeground }: ReadingInputs): ForegroundReading {
  if (shown === null || lastForeground === null || lastForeground.framing !== shown.framing)
    return { state: "measuring" };
  if (shown.heatmap === null) return { state: "no-map" };
  const { rows, columns } = cellsOf(shown, classifier);
  const { cells, grid } = lastForeground;
  if (cells.rows !== rows || cells.columns !== columns) return { state: "measuring" };
  try {
    return { state: "measured", measures: foregroundAttention(mapInCells(shown.heatmap, cells), grid) };
  } catch (error) {
    if (isXaiError(error, "metrics/no-foreground")) return { state: "out-of-view" };
    if (isXaiError(error, "attribution/empty-map")) return { state: "no-map" };
    throw error;
  }
}

/** The map's positive part, averaged over each cell where the map is finer: FAF knows no scale. */
function mapInCells(
  { values, grid }: { readonly values: Float32Array; readonly grid: Cells },
  { rows, columns }: Cells,
): Float32Array {
  if (grid.rows === rows && grid.columns === columns) return values;
  const positive = values.map((value) => Math.max(0, value));
  return resampleFloat(positive, grid.columns, grid.rows, columns, rows, "box");
}
