// The worker's side of the bridge: offers its functions to the page, with errors, transfers and progress taken care of.
import { type Endpoint, expose, releaseProxy, transfer } from "comlink";
import type { ExplainWorker, OnProgress, Progress, SegmentWorker } from "./contract.ts";
import { installErrorTransfer } from "./transfer-errors.ts";
import { transferablesOf } from "./transferables.ts";

/** Both roles; one worker instance is asked for one of them only. */
export interface WorkerRoles {
  readonly explain: ExplainWorker;
  readonly segment: SegmentWorker;
}

type Method = (...args: readonly unknown[]) => unknown;
type RemoteProgress = OnProgress & { readonly [releaseProxy]: () => void };

/** Progress of one and the same step is told at most this often; a new step and a full count are told at once. */
const millisecondsBetweenProgress = 50;

/** Offers `roles` to the page at the other end of `endpoint` (in a worker: its global scope, the default). */
export function exposeWorker(roles: WorkerRoles, endpoint?: Endpoint): void {
  installErrorTransfer();
  expose({ explain: guardAll(roles.explain), segment: guardAll(roles.segment) }, endpoint);
}

function guardAll(role: ExplainWorker | SegmentWorker): Record<string, Method> {
  return Object.fromEntries(Object.entries(role).map(([name, method]) => [name, guard(method as Method)]));
}

function guard(method: Method): Method {
  return async (...args) => {
    const last = args.at(-1);
    const remote = typeof last === "function" ? (last as RemoteProgress) : null;
    try {
      const result = await method(...(remote === null ? args : [...args.slice(0, -1), throttle(remote)]));
      return typeof result === "object" && result !== null
        ? transfer(result, transferablesOf(result))
        : result;
    } finally {
      remote?.[releaseProxy]();
    }
  };
}

function throttle(tell: OnProgress): OnProgress {
  let lastStep = "";
  let lastTime = Number.NEGATIVE_INFINITY;
  return (progress: Progress) => {
    const step = `${progress.stage} ${progress.subject ?? ""}`;
    const complete = progress.done !== undefined && progress.done === progress.total;
    const now = performance.now();
    if (step === lastStep && !complete && now - lastTime < millisecondsBetweenProgress) return;
    lastStep = step;
    lastTime = now;
    tell(progress);
  };
}
