// Keeps one role alive: replaces a worker that ended and brings the new one to where the old one was.
import { isXaiError, XaiError } from "../core/errors.ts";
import { type Connection, connectWorker, type Limits, type Step, type WorkerHandle } from "./connection.ts";
import type { JobId, RuntimeInfo, RuntimeRequest } from "./contract.ts";
import { createRecipe } from "./recipe.ts";

export interface SupervisedWorker {
  request(step: Step): Promise<unknown>;
  /** Resolves when nothing of the job is running any more. */
  cancel(job: JobId): Promise<void>;
}

/** What the supervisor has to know of a role. */
export interface RoleCare {
  readonly role: "explain" | "segment";
  readonly spawn: () => WorkerHandle;
  /** The calls whose effects make up the worker's state, in order: `start`, `loadModel`, then the picture's. */
  readonly stateful: readonly string[];
  readonly limits: Limits;
  /** Is called when a new worker has taken the place of an old one. */
  readonly onRestart: (reason: XaiError, runtime: RuntimeInfo) => void;
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

/** Without these a worker is of no use, so a new worker that refuses one is given up. */
const vitalMethods: readonly string[] = ["start", "loadModel"];

/** Supervises one role; its worker is spawned with the first request. */
export function superviseWorker(care: RoleCare): SupervisedWorker {
  const recipe = createRecipe(care.stateful);
  const requests = new Map<Request, Promise<unknown>>();
  let connection: Connection | null = null;
  let revival: Promise<void> | null = null;
  /** Whether the present worker did anything for the page; one that did not is not replaced unasked. */
  let provenUseful = false;
  let onlyWasm = false;
  /** Settles when the way is free for what was asked after the last `start`. */
  let cleared: Promise<void> = Promise.resolve();

  function connect(): Connection {
    const fresh = connectWorker(care.spawn(), care.role, care.limits, (ending) => {
      if (connection === fresh) connection = null;
      if (ending.kind !== "replaced" && revival === null && provenUseful) revive(ending.error);
    });
    connection = fresh;
    provenUseful = false;
    return fresh;
  }

  function revive(reason: XaiError): Promise<void> {
    const current = replaceWorker(reason).finally(() => {
      revival = null;
    });
    revival = current;
    // Whoever waits for the new worker hears of a failure; if nobody does, the next request tries again.
    current.catch(() => undefined);
    return current;
  }

  async function replaceWorker(reason: XaiError): Promise<void> {
    try {
      care.onRestart(reason, await replay());
    } catch (error) {
      if (!isXaiError(error, "engine/device-lost") || onlyWasm) throw error;
      onlyWasm = true;
      care.onRestart(reason, await replay());
    }
  }

  async function replay(): Promise<RuntimeInfo> {
    const fresh = connect();
    let runtime: RuntimeInfo | null = null;
    for (const step of recipe.steps()) {
      const outcome = await fresh.send(adapt(step));
      if (outcome.kind === "value") {
        if (step.method === "start") runtime = outcome.value as RuntimeInfo;
      } else if (vitalMethods.includes(step.method) || !fresh.alive()) {
        fresh.end({ kind: "replaced", error: outcome.error });
        throw outcome.error;
      } else {
        recipe.forget(step.method);
      }
    }
    if (runtime === null) throw new XaiError("engine/no-result", { what: "runtime" });
    return withNote(runtime);
  }

  function adapt(step: Step): Step {
    if (!onlyWasm || step.method !== "start") return step;
    const request: RuntimeRequest = { ...(step.args[0] as RuntimeRequest), backend: "wasm" };
    return { ...step, args: [request] };
  }

  function withNote(runtime: RuntimeInfo): RuntimeInfo {
    if (!onlyWasm || runtime.backend !== "wasm") return runtime;
    return { ...runtime, note: "The GPU was lost more than once, so the CPU is used." };
  }

  async function liveConnection(): Promise<Connection> {
    if (revival !== null) await revival;
    if (connection !== null) return connection;
    if (recipe.steps().length === 0) return connect();
    await revive(
      new XaiError("engine/worker-crashed", { reason: "The worker had ended before this request." }),
    );
    return connection ?? connect();
  }

  async function perform(request: Request): Promise<unknown> {
    const { step } = request;
    for (let attempt = 1; ; attempt++) {
      const live = await liveConnection();
      if (request.cancelled) throw new XaiError("job/cancelled", {});
      request.sent = true;
      const outcome = await live.send(adapt(step));
      if (outcome.kind === "value") {
        if (live.alive()) recipe.remember(step);
        provenUseful = true;
        if (request.cancelled) throw new XaiError("job/cancelled", {});
        return step.method === "start" ? withNote(outcome.value as RuntimeInfo) : outcome.value;
      }
      const { error } = outcome;
      if (request.cancelled) throw new XaiError("job/cancelled", {});
      if (outcome.kind === "error" && !endsWorker(live, error, attempt)) throw error;
      if (attempt === maximumAttempts) throw error;
    }
  }

  /** Ends a worker whose answer says that it is done for; true if the request deserves another worker. */
  function endsWorker(live: Connection, error: XaiError, attempt: number): boolean {
    if (isXaiError(error, "engine/worker-crashed")) live.end({ kind: "failed", error });
    if (!isXaiError(error, "engine/device-lost")) return false;
    if (attempt > 1) onlyWasm = true;
    provenUseful = true;
    live.end({ kind: "device-lost", error });
    return true;
  }

  /** A runtime is started once in a worker's life, so another start needs another worker, with nothing in it. */
  async function startAfresh(): Promise<void> {
    recipe.clear();
    onlyWasm = false;
    connection?.end({ kind: "replaced", error: new XaiError("job/cancelled", {}) });
    await revival?.catch(() => undefined);
  }

  function request(step: Step): Promise<unknown> {
    let entry: Request | undefined;
    const promise = new Promise((resolve, reject) => {
      const mine: Request = { step, sent: false, cancelled: false, reject };
      entry = mine;
      if (step.method === "start") cleared = startAfresh();
      cleared.then(() => perform(mine)).then(resolve, reject);
    });
    const key = entry!;
    requests.set(key, promise);
    const settled = () => void requests.delete(key);
    promise.then(settled, settled);
    return promise;
  }

  async function cancel(job: JobId): Promise<void> {
    const mine = [...requests].filter(([{ step }]) => step.job === job);
    for (const [entry] of mine) {
      entry.cancelled = true;
      if (!entry.sent) entry.reject(new XaiError("job/cancelled", {}));
    }
    connection?.cancel(job);
    await Promise.allSettled(mine.map(([, promise]) => promise));
  }

  return { request, cancel };
}
