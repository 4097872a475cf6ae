// The life of one worker as the page sees it: calls go out, and it ends once, by crash, by silence or on purpose.
import { transfer, wrap } from "comlink";
import { toXaiError, XaiError } from "../core/errors.ts";
import type { JobId, OnProgress } from "./contract.ts";
import type { ProgressMessage, ProgressTicket } from "./progress-ticket.ts";

/** What the page needs of a Worker; tests put a MessageChannel behind it. */
export type WorkerHandle = Pick<
  Worker,
  "postMessage" | "addEventListener" | "removeEventListener" | "terminate"
>;

export interface Limits {
  /**
   * A worker that owes an answer and says nothing for so long is taken for hung. In seconds. A start is given four
   * times as long: it downloads the runtime, which tells no progress.
   */
  readonly silence: number;
  /** A cancelled job that is not settled after so long costs the worker its life. In seconds. */
  readonly cancel: number;
}

/** One call of the worker. */
export interface Step {
  readonly method: string;
  /** `null` for calls that belong to no job. */
  readonly job: JobId | null;
  /** Without the progress callback, which goes last. */
  readonly args: readonly unknown[];
  readonly onProgress?: OnProgress;
}

/** Why a worker's life ended. */
export type Ending =
  | { readonly kind: "failed"; readonly error: XaiError }
  | { readonly kind: "device-lost"; readonly error: XaiError }
  | { readonly kind: "cancelled"; readonly job: JobId; readonly error: XaiError }
  | { readonly kind: "replaced"; readonly error: XaiError };

/** How a call went. `interrupted`: the worker's life ended for a reason that this call had no part in. */
export type Outcome =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "error"; readonly error: XaiError }
  | { readonly kind: "interrupted"; readonly error: XaiError };

export interface Connection {
  send(step: Step): Promise<Outcome>;
  /** Asks the worker to give up a job, and ends the worker if it does not. */
  cancel(job: JobId): void;
  end(ending: Ending): void;
  readonly alive: () => boolean;
}

interface Call {
  readonly step: Step;
  readonly settle: (outcome: Outcome) => void;
}

type RemoteRole = Readonly<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>;

interface RemoteWorker {
  readonly explain: RemoteRole;
  readonly segment: RemoteRole;
  hearProgressOn(port: MessagePort): Promise<void>;
}

/** Work of the page itself (or a sleeping machine) can delay a timer; so late a timer proves nothing. In ms. */
const lateTimer = 5000;

/**
 * Connects to a fresh worker.
 * @param role the part of the worker's interface that is used.
 * @param onEnd is called once, when the worker's life ends, after all its calls were settled.
 */
export function connectWorker(
  worker: WorkerHandle,
  role: "explain" | "segment",
  limits: Limits,
  onEnd: (ending: Ending) => void,
): Connection {
  const whole = wrap(worker) as unknown as RemoteWorker;
  const remote = whole[role];
  const calls = new Map<number, Call>();
  const progress = new MessageChannel();
  let sent = 0;
  let ended: Ending | null = null;
  const silence = watchSilence((seconds) => {
    end({ kind: "failed", error: new XaiError("engine/hung", { seconds }) });
  });
  /** A sign of life; if answers are still owed, the wait for the next begins. */
  const live = () => {
    const waits = Array.from(calls.values(), ({ step }) => patience(step, limits));
    silence.restart(Math.max(0, ...waits));
  };

  function end(ending: Ending): void {
    if (ended !== null) return;
    ended = ending;
    silence.stop();
    progress.port1.close();
    worker.terminate();
    for (const call of [...calls.values()]) call.settle(outcomeOf(call.step, ending));
    onEnd(ending);
  }

  function crash(reason: string): void {
    end({ kind: "failed", error: new XaiError("engine/worker-crashed", { reason }) });
  }
  worker.addEventListener("error", (event) => crash(event.message || "The worker could not be started."));
  worker.addEventListener("messageerror", () => crash("A message could not be read."));
  progress.port1.onmessage = ({ data }: MessageEvent<ProgressMessage>) => {
    const call = calls.get(data.progressOf);
    if (call === undefined) return;
    live();
    call.step.onProgress?.(data.progress);
  };
  // Before any call: what cannot be sent to a worker shows with the first of them.
  whole.hearProgressOn(transfer(progress.port2, [progress.port2])).catch(() => undefined);

  function send(step: Step): Promise<Outcome> {
    if (ended !== null) return Promise.resolve({ kind: "interrupted", error: ended.error });
    return new Promise((resolve) => {
      const number = ++sent;
      const call: Call = {
        step,
        settle: (outcome) => {
          if (!calls.delete(number)) return;
          live();
          resolve(outcome);
        },
      };
      calls.set(number, call);
      live();
      const ticket: ProgressTicket = { progressOf: number };
      const args = step.onProgress === undefined ? step.args : [...step.args, ticket];
      Promise.resolve(remote[step.method](...args)).then(
        (value) => call.settle({ kind: "value", value }),
        (error: unknown) => call.settle({ kind: "error", error: toXaiError(error) }),
      );
    });
  }

  function cancel(job: JobId): void {
    void remote.cancel(job).catch(() => undefined);
    const affected = [...calls].filter(([, { step }]) => step.job === job);
    setTimeout(() => {
      if (!affected.some(([number]) => calls.has(number))) return;
      end({ kind: "cancelled", job, error: new XaiError("job/cancelled", {}) });
    }, limits.cancel * 1000);
  }

  return { send, cancel, end, alive: () => ended === null };
}

function outcomeOf(step: Step, ending: Ending): Outcome {
  const innocent = ending.kind === "device-lost" || (ending.kind === "cancelled" && step.job !== ending.job);
  return { kind: innocent ? "interrupted" : "error", error: ending.error };
}

/** How long the worker may be silent over this call, in seconds. */
function patience({ method }: Step, { silence }: Limits): number {
  return method === "start" ? 4 * silence : silence;
}

/** Calls `onSilence` when it was not restarted for the seconds it was last given; 0: nothing is awaited. */
function watchSilence(onSilence: (seconds: number) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  function restart(seconds: number): void {
    clearTimeout(timer);
    if (seconds === 0) return;
    const due = performance.now() + seconds * 1000;
    timer = setTimeout(() => {
      if (performance.now() > due + lateTimer) restart(seconds);
      else onSilence(seconds);
    }, seconds * 1000);
  }
  return { restart, stop: () => clearTimeout(timer) };
}
