// One role's worker, replaced when it ended, and then brought to where the old one was.
import { isXaiError, XaiError } from "../core/errors.ts";
import { type Connection, connectWorker, type Limits, type Step, type WorkerHandle } from "./connection.ts";
import type { RuntimeInfo, RuntimeRequest } from "./contract.ts";
import { createRecipe } from "./recipe.ts";

/** What has to be known of a role to keep its worker alive. */
export interface RoleCare {
  readonly role: "explain" | "segment";
  readonly spawn: () => WorkerHandle;
  /** The calls whose effects make up the worker's state, in order: `start`, `loadModel`, then the picture's. */
  readonly stateful: readonly string[];
  readonly limits: Limits;
  /** Is called when a new worker has taken the place of an old one. */
  readonly onRestart: (reason: XaiError, runtime: RuntimeInfo) => void;
}

export interface KeptWorker {
  /** The worker that is there, or that takes its place. @throws what kept a new worker from getting ready */
  live(): Promise<Connection>;
  /** The worker that `live` would give, where that is known already. */
  ready(): Connection | null;
  /** The worker that is there at this moment. */
  present(): Connection | null;
  /** The step as it is to be sent now: after repeated GPU loss a start means WASM. */
  adapt(step: Step): Step;
  /** Takes note of a call that succeeded, and gives its value, with what the page should know. */
  succeeded(step: Step, value: unknown, by: Connection): unknown;
  /** Ends a worker whose GPU was lost. @param again whether a call lost the GPU for the second time. */
  loseGpu(worker: Connection, error: XaiError, again: boolean): void;
  /** Ends the worker and forgets all that was loaded in it. */
  clear(): Promise<void>;
}

/** Without these a worker is of no use, so a new worker that refuses one is given up. */
const vitalMethods: readonly string[] = ["start", "loadModel"];

const endedBefore = "The worker had ended before this request.";

/** Keeps the role's worker; it is spawned when it is first needed. */
export function keepWorker(care: RoleCare): KeptWorker {
  const recipe = createRecipe(care.stateful);
  let connection: Connection | null = null;
  let revival: Promise<void> | null = null;
  /** Whether the present worker did anything for the page; one that did not is not replaced unasked. */
  let provenUseful = false;
  let onlyWasm = false;

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
        if (step.method === "start") runtime = withNote(outcome.value as RuntimeInfo);
      } else if (vitalMethods.includes(step.method) || !fresh.alive()) {
        fresh.end({ kind: "replaced", error: outcome.error });
        throw outcome.error;
      } else {
        recipe.forget(step.method);
      }
    }
    if (runtime === null) throw new XaiError("engine/no-result", { what: "runtime" });
    return runtime;
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

  return {
    async live() {
      if (revival !== null) await revival;
      if (connection !== null) return connection;
      if (recipe.steps().length === 0) return connect();
      await revive(new XaiError("engine/worker-crashed", { reason: endedBefore }));
      return connection ?? connect();
    },
    ready: () => (revival === null ? connection : null),
    present: () => connection,
    adapt,
    succeeded(step, value, by) {
      if (by.alive()) recipe.remember(step);
      provenUseful = true;
      return step.method === "start" ? withNote(value as RuntimeInfo) : value;
    },
    loseGpu(worker, error, again) {
      onlyWasm ||= again;
      provenUseful = true;
      worker.end({ kind: "device-lost", error });
    },
    async clear() {
      recipe.clear();
      onlyWasm = false;
      connection?.end({ kind: "replaced", error: new XaiError("job/cancelled", {}) });
      await revival?.catch(() => undefined);
    },
  };
}
