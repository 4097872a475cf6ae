// Which jobs of this worker were given up, and the moment in which a running one can learn of it.
import type { JobId } from "../bridge/contract.ts";
import { XaiError } from "../core/errors.ts";

export interface Jobs {
  /**
   * Runs a part of a job.
   * @throws job/cancelled if the job was cancelled before, during, or just after it
   */
  run<Result>(job: JobId, task: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
  /**
   * Runs something on what a job has left behind. Only a cancel during it counts.
   * @throws job/cancelled if the job was cancelled meanwhile
   */
  revisit<Result>(job: JobId, task: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
  /** Gives up what is running for the job, and what `run` would run for it. */
  cancel(job: JobId): void;
}

/** Jobs are numbered upwards, so the oldest of so many can be forgotten. */
const remembered = 64;

export function createJobs(): Jobs {
  const controllers = new Map<JobId, AbortController>();
  const visits = new Set<{ readonly job: JobId; readonly controller: AbortController }>();

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
    run: (job, task) => unlessAborted(controllerOf(job).signal, task),
    async revisit(job, task) {
      const visit = { job, controller: new AbortController() };
      visits.add(visit);
      return unlessAborted(visit.controller.signal, task).finally(() => visits.delete(visit));
    },
    cancel(job) {
      controllerOf(job).abort();
      for (const visit of visits) if (visit.job === job) visit.controller.abort();
    },
  };
}

async function unlessAborted<Result>(
  signal: AbortSignal,
  task: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  try {
    throwIfAborted(signal);
    const result = await task(signal);
    throwIfAborted(signal);
    return result;
  } catch (error) {
    throwIfAborted(signal, error);
    throw error;
  }
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
  await nextTask();
  throwIfAborted(signal);
}

/** After what waits in the worker's line: a message to itself, as timers that follow one another wait for 4 ms each. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
