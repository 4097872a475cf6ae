// The page's requests to one role: sent, repeated where the worker was lost underneath them, and cancelled.
import { isXaiError, XaiError } from "../core/errors.ts";
import type { Connection, Step } from "./connection.ts";
import type { JobId } from "./contract.ts";
import { type KeptWorker, keepWorker, type RoleCare } from "./kept-worker.ts";

export interface SupervisedWorker {
  request(step: Step): Promise<unknown>;
  /** Resolves when nothing of the job is running any more. */
  cancel(job: JobId): Promise<void>;
}

/** A request that the page waits for. */
interface Request {
  readonly step: Step;
  sent: boolean;
  cancelled: boolean;
  readonly reject: (error: XaiError) => void;
}

/** A request that lost its worker through no fault of its own is sent so often in all. */
const maximumAttempts = 3;

/** Supervises one role; its worker is spawned with the first request. */
export function superviseWorker(care: RoleCare): SupervisedWorker {
  const worker = keepWorker(care);
  const requests = new Map<Request, Promise<unknown>>();
  /** Settles when the way is free for what was asked after the last `start`; `null` once it is. */
  let cleared: Promise<void> | null = null;

  function request(step: Step): Promise<unknown> {
    let entry: Request | undefined;
    const promise = new Promise((resolve, reject) => {
      const mine: Request = { step, sent: false, cancelled: false, reject };
      entry = mine;
      // A runtime is started once in a worker's life, so a start needs a worker of its own.
      if (step.method === "start") clear();
      const outcome =
        cleared === null ? perform(worker, mine, nextUp()) : cleared.then(() => perform(worker, mine, null));
      outcome.then(resolve, reject);
    });
    const key = entry!;
    requests.set(key, promise);
    const settled = () => void requests.delete(key);
    promise.then(settled, settled);
    return promise;
  }

  /** The worker that a new request can be sent to at once, before the page goes on working; not past older ones. */
  function nextUp(): Connection | null {
    return [...requests.keys()].every(({ sent }) => sent) ? worker.ready() : null;
  }

  function clear(): void {
    const clearing = worker.clear().then(() => {
      if (cleared === clearing) cleared = null;
    });
    cleared = clearing;
  }

  async function cancel(job: JobId): Promise<void> {
    const mine = [...requests].filter(([{ step }]) => step.job === job);
    for (const [entry] of mine) {
      entry.cancelled = true;
      if (!entry.sent) entry.reject(new XaiError("job/cancelled", {}));
    }
    worker.present()?.cancel(job);
    await Promise.allSettled(mine.map(([, promise]) => promise));
  }

  return { request, cancel };
}

async function perform(worker: KeptWorker, request: Request, ready: Connection | null): Promise<unknown> {
  const { step } = request;
  for (let attempt = 1; ; attempt++) {
    const live = attempt === 1 && ready !== null ? ready : await worker.live();
    throwIfCancelled(request);
    request.sent = true;
    const outcome = await live.send(worker.adapt(step));
    if (outcome.kind === "value") {
      const value = worker.succeeded(step, outcome.value, live);
      throwIfCancelled(request);
      return value;
    }
    throwIfCancelled(request);
    const { kind, error } = outcome;
    const repeats = kind === "interrupted" || deservesAnotherWorker(worker, live, error, attempt);
    if (!repeats || attempt === maximumAttempts) throw error;
  }
}

/** Ends a worker whose answer says that it is done for. */
function deservesAnotherWorker(
  worker: KeptWorker,
  live: Connection,
  error: XaiError,
  attempt: number,
): boolean {
  if (isXaiError(error, "engine/worker-crashed")) live.end({ kind: "failed", error });
  if (!isXaiError(error, "engine/device-lost")) return false;
  worker.loseGpu(live, error, attempt > 1);
  return true;
}

function throwIfCancelled({ cancelled }: Request): void {
  if (cancelled) throw new XaiError("job/cancelled", {});
}
