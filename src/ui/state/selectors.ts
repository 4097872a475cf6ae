// What follows from the state: what is going on, what went wrong, and whether what is shown is still true.
import { isXaiError, type XaiError } from "../../core/errors.ts";
import { initialValue, specsOf } from "../method-options.ts";
import type { AppState, FramedForeground } from "./app-state.ts";
import type { OptionValue } from "./selection.ts";
import { idle, type Running, resultOf, type Task } from "./task.ts";

const mainTasks = ["runtime", "classifier", "analysis"] as const;

/** The value of one option of the chosen method. */
export function selectOption({ selection, classifier }: AppState, name: string): OptionValue | undefined {
  const { method, options } = selection;
  const spec = specsOf(method)[name];
  if (spec === undefined) return undefined;
  return options[method]?.[name] ?? initialValue(spec, resultOf(classifier) ?? { layers: 0 });
}

/** The step on the way to a map that runs now, if any. */
export function selectActivity(state: AppState): Running | null {
  for (const name of [...mainTasks, "explaining"] as const) {
    const task: Task<unknown> = state[name];
    if (task.status === "running") return task;
  }
  return null;
}

/** What keeps a map from coming, the most basic first. */
export function selectFailure(state: AppState): XaiError | null {
  for (const name of [...mainTasks, "explaining"] as const) {
    const task: Task<unknown> = state[name];
    if (task.status === "failed") return task.error;
  }
  return null;
}

/** Whether the picture on screen is not the one that was asked for last, or not with these settings. */
export function selectIsStale(state: AppState): boolean {
  if (state.shown === null || state.shown.heatmap === null) return false;
  if (selectActivity(state) !== null || state.explaining.status === "failed") return true;
  return state.picture?.id !== state.shown.picture.id || state.framing !== state.shown.framing;
}

/** The foreground as the shown picture is framed, if it is known. */
export function selectShownForeground(state: AppState): FramedForeground | null {
  const { shown, segmentedPicture, lastForeground } = state;
  if (shown === null || segmentedPicture !== shown.picture.id) return null;
  return lastForeground?.framing === shown.framing ? lastForeground : null;
}

/** Tries again what failed. */
export function retry(state: AppState): Promise<void> {
  if (state.runtime.status === "failed" || state.classifier.status === "failed") return state.retryModel();
  if (state.analysis.status === "failed") return state.analyse();
  state.explainShown();
  return Promise.resolve();
}

/** Gives up what is running on the way to a map. */
export function cancelActivity(state: AppState): void {
  state.cancelModel();
  state.cancelAnalysis();
  state.cancelExplaining();
}

/** Whether the failure is that no model could be had at all, which deserves more than a sentence. */
export function isModelMissing(error: XaiError): boolean {
  return isXaiError(error, "model/unavailable");
}

/** The state without what went wrong, for a person who has read it. */
export function withoutFailure({ analysis, explaining }: AppState): Partial<AppState> {
  return {
    ...(analysis.status === "failed" && { analysis: idle, refusedTitle: null }),
    ...(explaining.status === "failed" && { explaining: idle }),
  };
}
