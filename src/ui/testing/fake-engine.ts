// An engine whose answers the test gives by hand, in any order: every call waits until it is answered.
import type { Engine, OnProgress, OnRestart } from "../../bridge/contract.ts";

export interface FakeCall {
  /** `explain.classify`, `segment.foreground`, ... */
  readonly name: string;
  readonly args: readonly unknown[];
  readonly onProgress: OnProgress | null;
  resolve(value: unknown): Promise<void>;
  reject(error: unknown): Promise<void>;
}

export interface FakeEngine extends Engine {
  /** All calls so far, oldest first. */
  readonly calls: readonly FakeCall[];
  /** The newest call of that name. */
  last(name: string): FakeCall;
  count(name: string): number;
  restart: OnRestart;
}

export function createFakeEngine(): FakeEngine {
  const calls: FakeCall[] = [];
  const listeners = new Set<OnRestart>();

  function method(name: string) {
    return (...args: readonly unknown[]): Promise<never> =>
      new Promise((resolve, reject) => {
        const last = args.at(-1);
        calls.push({
          name,
          args,
          onProgress: typeof last === "function" ? (last as OnProgress) : null,
          resolve: (value) => settle(() => resolve(value as never)),
          reject: (error) => settle(() => reject(error)),
        });
      });
  }

  return {
    calls,
    last(name) {
      const call = calls.filter((candidate) => candidate.name === name).at(-1);
      if (call === undefined) throw new Error(`${name} was not called; calls: ${calls.map((c) => c.name)}`);
      return call;
    },
    count: (name) => calls.filter((call) => call.name === name).length,
    explain: {
      start: method("explain.start"),
      loadModel: method("explain.loadModel"),
      prepare: method("explain.prepare"),
      // Answers by itself: every test would give the same answer.
      detectorPixels: async () => ({ width: 8, height: 8, data: new Uint8ClampedArray(256) }),
      classify: method("explain.classify"),
      explain: method("explain.explain"),
      gather: method("explain.gather"),
      stability: method("explain.stability"),
      cancel: method("explain.cancel"),
    },
    segment: {
      start: method("segment.start"),
      loadModel: method("segment.loadModel"),
      segment: method("segment.segment"),
      foreground: method("segment.foreground"),
      cancel: method("segment.cancel"),
    },
    onRestart(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    restart(worker, facts) {
      for (const listener of listeners) listener(worker, facts);
    },
  };
}

/** Answers, and lets everything that waits for the answer run to its next wait. */
async function settle(answer: () => void): Promise<void> {
  answer();
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
