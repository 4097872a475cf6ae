// The runtime that the explaining worker runs on, and the order in which the page wakes up.
import { toXaiError } from "../../core/errors.ts";
import { describeRestart } from "../announcements.ts";
import { strings } from "../strings.ts";
import type { RuntimeSlice } from "./app-state.ts";
import type { SliceContext } from "./slice-context.ts";
import { done, failed, idle, isCurrent, running } from "./task.ts";

export function createRuntimeSlice(context: SliceContext): RuntimeSlice {
  const { engine, get, set, nextJob, ports } = context;

  async function start(): Promise<void> {
    const job = nextJob();
    get().cancelAnalysis();
    get().cancelModel();
    set({ runtime: running(job, ports.now()), classifier: idle });
    try {
      const info = await engine.explain.start({ backend: get().backend });
      if (!isCurrent(get().runtime, job)) return;
      set({ runtime: done(job, info) });
      if (info.backend === "wasm" && !info.crossOriginIsolated) get().notify(strings.notices.singleThread);
      // Who asked for one backend and got another is told; a choice left to the page explains itself there.
      const isOther = get().backend !== "auto" && get().backend !== info.backend;
      if (isOther && info.backend === "wasm" && info.note !== undefined) get().notify(info.note);
      await get().openModel(get().model);
    } catch (error) {
      if (isCurrent(get().runtime, job)) set({ runtime: failed(job, toXaiError(error)) });
    }
  }

  return {
    backend: "auto",
    runtime: idle,
    async boot() {
      engine.onRestart((worker, { reason, runtime }) => {
        if (worker === "explain") set({ runtime: done(nextJob(), runtime) });
        get().notify(describeRestart(reason));
      });
      await Promise.all([start(), get().loadGallery()]);
    },
    async chooseBackend(backend) {
      if (backend === get().backend && get().runtime.status !== "failed") return;
      set({ backend });
      await start();
    },
  };
}
