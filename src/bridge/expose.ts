// The worker's side of the bridge: offers its functions to the page, with errors, transfers and progress taken care of.
import { type Endpoint, expose, transfer } from "comlink";
import type { ExplainWorker, OnProgress, Progress, SegmentWorker } from "./contract.ts";
import { isProgressTicket, type ProgressMessage } from "./progress-ticket.ts";
import { installErrorTransfer } from "./transfer-errors.ts";
import { transferablesOf } from "./transferables.ts";

/** Both roles; one worker instance is asked for one of them only. */
export interface WorkerRoles {
  readonly explain: ExplainWorker;
  readonly segment: SegmentWorker;
}

type Method = (...args: readonly unknown[]) => unknown;
type Tell = (message: ProgressMessage) => void;

/** Progress of one and the same step is told at most this often; a new step and a full count are told at once. */
const millisecondsBetweenProgress = 50;

/** Offers `roles` to the page at the other end of `endpoint` (in a worker: its global scope, the default). */
export function exposeWorker(roles: WorkerRoles, endpoint?: Endpoint): void {
  installErrorTransfer();
  let port: MessagePort | null = null;
  const tell: Tell = (message) => port?.postMessage(message);
  const hearProgressOn = (fresh: MessagePort): void => {
    port = fresh;
  };
  const { explain, segment } = roles;
  expose({ explain: guardAll(explain, tell), segment: guardAll(segment, tell), hearProgressOn }, endpoint);
}

function guardAll(role: ExplainWorker | SegmentWorker, tell: Tell): Record<string, Method> {
  return Object.fromEntries(
    Object.entries(role).map(([name, method]) => [name, guard(method as Method, tell)]),
  );
}

function guard(method: Method, tell: Tell): Method {
  return async (...args) => {
    const ticket = args.at(-1);
    const result = await (isProgressTicket(ticket)
      ? method(
          ...args.slice(0, -1),
          throttle((progress) => tell({ ...ticket, progress })),
        )
      : method(...args));
    return typeof result === "object" && result !== null ? transfer(result, transferablesOf(result)) : result;
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
