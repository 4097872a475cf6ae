// What a person can copy into a report: facts about the error and the machine, and nothing of the picture.
import type { XaiError } from "../core/errors.ts";
import type { AppState } from "./state/app-state.ts";
import type { Task } from "./state/task.ts";

/** @returns JSON; the picture itself, its name and its results are left out. */
export function diagnostics(error: XaiError, state: AppState, userAgent: string): string {
  const facts = {
    error: { code: error.code, details: error.details, cause: describeCause(error.cause) },
    backend: state.backend,
    runtime: describeTask(state.runtime, (info) => info),
    classifier: describeTask(state.classifier, ({ id, origin, layers, heads, tokens }) => ({
      id,
      origin,
      layers,
      heads,
      tokens,
    })),
    detector: describeTask(state.detector, ({ id, origin }) => ({ id, origin })),
    method: state.selection.method,
    options: state.selection.options[state.selection.method] ?? {},
    target: state.selection.target,
    gradient: state.selection.gradient,
    framing: state.framing,
    picture: state.picture && { bytes: state.picture.blob.size, type: state.picture.blob.type },
    userAgent,
  };
  return JSON.stringify(facts, null, 2);
}

function describeTask<Result>(task: Task<Result>, facts: (result: Result) => unknown): unknown {
  if (task.status === "done") return facts(task.result);
  return task.status === "failed" ? task.error.code : task.status;
}

function describeCause(cause: unknown): string | undefined {
  if (cause === undefined) return undefined;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
