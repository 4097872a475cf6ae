// Starts the second worker and loads the instance segmenter, once, when the first picture needs it.
import { toXaiError, XaiError } from "../../core/errors.ts";
import { defaultDetector } from "./default-models.ts";
import { reportTo, type SliceContext } from "./slice-context.ts";
import { done, failed, isCurrent, running } from "./task.ts";

export interface DetectorLoader {
  /** Whether the detector is ready; pictures that come while it loads wait for the same load. */
  load(): Promise<boolean>;
  cancel(): void;
}

export function createDetectorLoader(context: SliceContext): DetectorLoader {
  const { engine, get, set, nextJob, ports } = context;
  let loading: Promise<boolean> | null = null;
  let started = false;

  async function loadOnce(): Promise<boolean> {
    const job = nextJob();
    set({ detector: running(job, ports.now()) });
    try {
      // Mask R-CNN runs on the CPU: its suppression and pooling have no GPU kernels.
      if (!started) await engine.segment.start({ backend: "wasm" });
      started = true;
      const info = await engine.segment.loadModel(job, defaultDetector, reportTo(context, "detector", job));
      if (!isCurrent(get().detector, job)) return false;
      set({ detector: done(job, info) });
      for (const notice of info.origin.notices) get().notify(notice);
      return true;
    } catch (error) {
      if (isCurrent(get().detector, job)) set({ detector: failed(job, toXaiError(error)) });
      return false;
    }
  }

  return {
    async load() {
      if (get().detector.status === "done") return true;
      // A load that was cancelled may not have ended yet, and its end is not what is wished for now.
      if (get().detector.status !== "running") await loading;
      loading ??= loadOnce().finally(() => {
        loading = null;
      });
      return loading;
    },
    cancel() {
      const { detector } = get();
      if (detector.status !== "running") return;
      void engine.segment.cancel(detector.job);
      set({ detector: failed(detector.job, new XaiError("job/cancelled", {})) });
    },
  };
}
