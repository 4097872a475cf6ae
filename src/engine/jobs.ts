// Which jobs of this worker were given up, and the moment in which a running one can learn of it.
import type { JobId } from "../bridge/contract.ts";
import { XaiError } from "../core/errors.ts";

export interface Jobs {
  /**
   * Runs a part of a job.
   * @throws job/cancelled if the job was cancelled before, during, or just after it
   */
  run<Result>(job: JobId, task: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
  cancel(job: JobId): void;
}

/** Jobs are numbered upwards, so the oldest of so many can be forgotten. */
const remembered = 64;

export function createJobs(): Jobs {
  const controllers = new Map<JobId, AbortController>();

  function controllerOf(job: JobId): AbortController {
    let controller = controllers.get(job);
    if (controller === undefined) {
      controller = new AbortController();
      controllers.set(job, controller);
      if (controllers.size > remembered) controllers.delete(Math.min(...controllers.keys()));
    }
    return controller;
  }

  return {
    async run(job, task) {
      const { signal } = controllerOf(job);
      try {
        throwIfAborted(signal);
        const result = await task(signal);
        throwIfAborted(signal);
        return result;
      } catch (error) {
        throwIfAborted(signal, error);
        throw error;
      }
    },
    cancel: (job) => controllerOf(job).abort(),
  };
}

/** @throws job/cancelled */
export function throwIfAborted(signal: AbortSignal, cause?: unknown): void {
  if (signal.aborted) throw new XaiError("job/cancelled", {}, { cause });
}

/**
 * Lets the messages in that arrived meanwhile, a cancel among them. WASM blocks the worker while it runs, so this
 * stands between any two runs.
 * @throws job/cancelled
 */
export async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  throwIfAborted(signal);
}
