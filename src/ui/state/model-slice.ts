// The classifier in use: from the registry, or the user's own ONNX file.
import { toXaiError, XaiError } from "../../core/errors.ts";
import { selectionFor } from "../method-availability.ts";
import type { ModelSlice } from "./app-state.ts";
import { defaultClassifier } from "./default-models.ts";
import { selectionBeforeModel } from "./link-state.ts";
import { forNextModel } from "./selection.ts";
import { reportTo, type SliceContext } from "./slice-context.ts";
import { done, failed, idle, isCurrent, running } from "./task.ts";

export function createModelSlice(context: SliceContext): ModelSlice {
  const { engine, get, set, nextJob, ports } = context;
  return {
    model: { kind: "registered", id: defaultClassifier },
    classifier: idle,
    async openModel(model) {
      get().cancelAnalysis();
      get().cancelModel();
      const job = nextJob();
      const isOther = model !== get().model;
      set(({ selection }) => ({
        model,
        classifier: running(job, ports.now()),
        ...(isOther && { selection: forNextModel(selection) }),
      }));
      try {
        const info = await engine.explain.loadModel(job, model, reportTo(context, "classifier", job));
        if (!isCurrent(get().classifier, job)) return;
        const before = selectionBeforeModel(get(), info.origin.files[0]?.sha256);
        const { selection, notice } = selectionFor(before, info);
        set({ classifier: done(job, info), selection });
        for (const text of [...info.origin.notices, ...notice]) get().notify(text);
      } catch (error) {
        if (isCurrent(get().classifier, job)) set({ classifier: failed(job, toXaiError(error)) });
        return;
      }
      await get().analyse();
    },
    async retryModel() {
      if (get().runtime.status === "done") await get().openModel(get().model);
      else await get().chooseBackend(get().backend);
    },
    cancelModel() {
      const { classifier } = get();
      if (classifier.status !== "running") return;
      void engine.explain.cancel(classifier.job);
      set({ classifier: failed(classifier.job, new XaiError("job/cancelled", {})) });
    },
  };
}
