// Puts the engine on a page with its real workers, so that tests can ask it and break it.
import { connectEngine } from "../../src/bridge/connect.ts";
import type { Engine, RestartFacts } from "../../src/bridge/contract.ts";

export interface EngineHarness {
  readonly engine: Engine;
  /** Every worker that was ever spawned, in order. */
  readonly workers: readonly Worker[];
  readonly restarts: readonly { readonly worker: string; readonly facts: RestartFacts }[];
}

declare global {
  interface Window {
    /** @param jspi whether the workers may use JSPI, where the browser has it. */
    connect?: (options?: { readonly jspi?: boolean; readonly cancelSeconds?: number }) => EngineHarness;
  }
}

window.connect = ({ jspi = true, cancelSeconds } = {}) => {
  const workers: Worker[] = [];
  const restarts: { worker: string; facts: RestartFacts }[] = [];
  const spawn = () => {
    const worker = jspi
      ? new Worker(new URL("../../src/engine/worker.ts", import.meta.url), { type: "module" })
      : new Worker(new URL("./engine-without-jspi.ts", import.meta.url), { type: "module" });
    workers.push(worker);
    return worker;
  };
  const engine = connectEngine({
    spawnExplain: spawn,
    spawnSegment: spawn,
    ...(cancelSeconds === undefined ? {} : { cancelSeconds }),
  });
  engine.onRestart((worker, facts) => restarts.push({ worker, facts }));
  return { engine, workers, restarts };
};
