// The life of one worker as the page sees it: calls go out, and it ends once, by crash, by silence or on purpose.
import { proxy, wrap } from "comlink";
import { toXaiError, XaiError } from "../core/errors.ts";
import type { JobId, OnProgress, Progress } from "./contract.ts";

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
  const remote = wrap<Readonly<Record<typeof role, RemoteRole>>>(worker)[role] as unknown as RemoteRole;
  const calls = new Set<Call>();
  let ended: Ending | null = null;
  const silence = watchSilence((seconds) => {
    end({ kind: "failed", error: new XaiError("engine/hung", { seconds }) });
  });
  /** A sign of life; if answers are still owed, the wait for the next begins. */
  const live = () => silence.restart(Math.max(0, ...[...calls].map(({ step }) => patience(step, limits))));

  function end(ending: Ending): void {
    if (ended !== null) return;
    ended = ending;
    silence.stop();
    worker.terminate();
    for (const call of [...calls]) call.settle(outcomeOf(call.step, ending));
    onEnd(ending);
  }

  function crash(reason: string): void {
    end({ kind: "failed", error: new XaiError("engine/worker-crashed", { reason }) });
  }
  worker.addEventListener("error", (event) => crash(event.message || "The worker could not be started."));
  worker.addEventListener("messageerror", () => crash("A message could not be read."));

  function send(step: Step): Promise<Outcome> {
    if (ended !== null) return Promise.resolve({ kind: "interrupted", error: ended.error });
    return new Promise((resolve) => {
      const call: Call = {
        step,
        settle: (outcome) => {
          if (!calls.delete(call)) return;
          live();
          resolve(outcome);
        },
      };
      calls.add(call);
      live();
      const hear = (progress: Progress) => {
        if (!calls.has(call)) return;
        live();
        step.onProgress?.(progress);
      };
      const args = step.onProgress === undefined ? step.args : [...step.args, proxy(hear)];
      Promise.resolve(remote[step.method](...args)).then(
        (value) => call.settle({ kind: "value", value }),
        (error: unknown) => call.settle({ kind: "error", error: toXaiError(error) }),
      );
    });
  }

  function cancel(job: JobId): void {
    void remote.cancel(job).catch(() => undefined);
    const affected = [...calls].filter(({ step }) => step.job === job);
    setTimeout(() => {
      if (!affected.some((call) => calls.has(call))) return;
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
