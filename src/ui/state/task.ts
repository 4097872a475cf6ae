// Anything in progress is one of four things, never a set of flags that can contradict each other.
import type { JobId, Progress } from "../../bridge/contract.ts";
import type { XaiError } from "../../core/errors.ts";

export interface Running {
  readonly status: "running";
  readonly job: JobId;
  /** The newest step that was reported; `null` before the first. */
  readonly progress: Progress | null;
  /** Milliseconds on the store's clock when the current stage began; the basis of the time left. */
  readonly stageStartedAt: number;
}

export type Task<Result> =
  | { readonly status: "idle" }
  | Running
  | { readonly status: "done"; readonly job: JobId; readonly result: Result }
  | { readonly status: "failed"; readonly job: JobId; readonly error: XaiError };

export const idle = { status: "idle" } as const;

export function running(job: JobId, now: number): Running {
  return { status: "running", job, progress: null, stageStartedAt: now };
}

export function done<Result>(job: JobId, result: Result): Task<Result> {
  return { status: "done", job, result };
}

export function failed(job: JobId, error: XaiError): Task<never> {
  return { status: "failed", job, error };
}

/** Whether `task` still works for `job`; a result for any other job is stale and must be dropped. */
export function isCurrent(task: Task<unknown>, job: JobId): boolean {
  return task.status === "running" && task.job === job;
}

/** The task after a report; a stale report changes nothing. */
export function withProgress<Result>(
  task: Task<Result>,
  job: JobId,
  progress: Progress,
  now: number,
): Task<Result> {
  if (task.status !== "running" || task.job !== job) return task;
  const sameStage = task.progress?.stage === progress.stage && task.progress.subject === progress.subject;
  return { ...task, progress, stageStartedAt: sameStage ? task.stageStartedAt : now };
}

/** The result of a finished task, else `null`. */
export function resultOf<Result>(task: Task<Result>): Result | null {
  return task.status === "done" ? task.result : null;
}
