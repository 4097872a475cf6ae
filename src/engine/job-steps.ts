// The steps of a job in the order in which they were asked for: the page need not wait for one to ask for the next.
import type { JobId } from "../bridge/contract.ts";
import { type Jobs, nextTask } from "./jobs.ts";

export interface JobSteps {
  /** Runs a step when the steps of the same job that were taken before it have settled, however they ended. */
  take<Result>(job: JobId, jobs: Jobs, step: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
  /** Settles when the last step of the job that was taken has, and its answer is on its way; undefined if none runs. */
  taken(job: JobId): Promise<void> | undefined;
}

export function createJobSteps(): JobSteps {
  let last: { readonly job: JobId; readonly settled: Promise<void> } | undefined;

  return {
    taken: (job) => (last?.job === job ? last.settled.then(nextTask) : undefined),
    take(job, jobs, step) {
      const before = last?.job === job ? last.settled : undefined;
      const run = () => jobs.run(job, step);
      const result = before === undefined ? run() : before.then(run);
      const end = () => {
        if (last?.settled === settled) last = undefined;
      };
      const settled = result.then(end, end);
      last = { job, settled };
      return result;
    },
  };
}
