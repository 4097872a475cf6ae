// Puts the engine on a page with its real workers, so that tests can ask it and break it.
import { connectEngine } from "../../src/bridge/connect.ts";
import type { Engine, RestartFacts } from "../../src/bridge/contract.ts";

export interface EngineHarness {
  readonly engine: Engine;
  /** Every worker that was ever spawned, in order. */
  readonly workers: readonly Worker[];
  readonly restarts: readonly { readonly worker: string; readonly facts: RestartFacts }[];
}

/** Which worker script: the app's own, one without JSPI, or one that can be told to lose its GPU. */
export type WorkerKind = "plain" | "without-jspi" | "losing-gpu";

declare global {
  interface Window {
    connect?: (kind?: WorkerKind) => EngineHarness;
  }
}

// Each address must stand in its `new Worker(...)`, or the bundler does not see that there is a worker.
const spawns: Readonly<Record<WorkerKind, () => Worker>> = {
  plain: () => new Worker(new URL("../../src/engine/worker.ts", import.meta.url), { type: "module" }),
  "without-jspi": () => new Worker(new URL("./engine-without-jspi.ts", import.meta.url), { type: "module" }),
  "losing-gpu": () => new Worker(new URL("./engine-losing-gpu.ts", import.meta.url), { type: "module" }),
};

window.connect = (kind = "plain") => {
  const workers: Worker[] = [];
  const restarts: { worker: string; facts: RestartFacts }[] = [];
  const spawn = () => {
    const worker = spawns[kind]();
    workers.push(worker);
    return worker;
  };
  const engine = connectEngine({ spawnExplain: spawn, spawnSegment: spawn });
  engine.onRestart((worker, facts) => restarts.push({ worker, facts }));
  return { engine, workers, restarts };
};
