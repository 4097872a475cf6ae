// What the FAF/BAF panel has to say: a number only where there is one, and a reason everywhere else.
import { isXaiError, type XaiError } from "../core/errors.ts";
import { type ForegroundAttention, foregroundAttention } from "../core/metrics/foreground-attention.ts";
import type { AppState } from "./state/app-state.ts";
import type { Running } from "./state/task.ts";

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
  "shown" | "detector" | "segmentation" | "segmentedPicture" | "chosen" | "foreground" | "lastForeground"
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

function measure({ shown, lastForeground }: ReadingInputs): ForegroundReading {
  if (shown === null || lastForeground === null || lastForeground.framing !== shown.framing)
    return { state: "measuring" };
  if (shown.heatmap === null) return { state: "no-map" };
  try {
    return { state: "measured", measures: foregroundAttention(shown.heatmap.values, lastForeground.grid) };
  } catch (error) {
    if (isXaiError(error, "metrics/no-foreground")) return { state: "out-of-view" };
    if (isXaiError(error, "attribution/empty-map")) return { state: "no-map" };
    throw error;
  }
}
