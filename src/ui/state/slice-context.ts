// What every slice is made from: the engine, the outside world, and the state of all slices.
import type { Engine, JobId, OnProgress } from "../../bridge/contract.ts";
import type { AppState } from "./app-state.ts";
import { withProgress } from "./task.ts";

/** The outside world as far as the store needs it; tests bring their own. */
export interface Ports {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  fetchJson(path: string): Promise<unknown>;
  fetchBlob(path: string): Promise<Blob>;
}

export interface SliceContext {
  readonly engine: Engine;
  readonly ports: Ports;
  readonly get: () => AppState;
  readonly set: (change: Partial<AppState> | ((state: AppState) => Partial<AppState>)) => void;
  /** A number larger than all before: newer wishes win, in both workers. */
  readonly nextJob: () => JobId;
}

type ReportedTask =
  | "runtime"
  | "classifier"
  | "analysis"
  | "explaining"
  | "stability"
  | "detector"
  | "segmentation";

/** A progress listener that keeps the task of that name up to date while `job` is its current one. */
export function reportTo(context: SliceContext, name: ReportedTask, job: JobId): OnProgress {
  return (progress) => {
    const now = context.ports.now();
    context.set((state) => ({ [name]: withProgress<unknown>(state[name], job, progress, now) }));
  };
}
