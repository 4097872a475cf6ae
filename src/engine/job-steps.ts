// The steps of a job in the order in which they were asked for: the page need not wait for one to ask for the next.
import type { JobId } from "../bridge/contract.ts";
import type { Jobs } from "./jobs.ts";

export interface JobSteps {
  /** Runs a step when the steps of the same job that were taken before it have settled, however they ended. */
  take<Result>(job: JobId, jobs: Jobs, step: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
  /** Settles with the last step of the job that was taken; at once for any other job. */
  taken(job: JobId): Promise<void> | undefined;
}

export function createJobSteps(): JobSteps {
  let last: { readonly job: JobId; readonly settled: Promise<void> } | undefined;

  function taken(job: JobId): Promise<void> | undefined {
    return last?.job === job ? last.settled : undefined;
  }

  return {
    taken,
    take(job, jobs, step) {
      const before = taken(job);
      const run = () => jobs.run(job, step);
      const result = before === undefined ? run() : before.then(run);
      const ignore = () => undefined;
      last = { job, settled: result.then(ignore, ignore) };
      return result;
    },
  };
}
