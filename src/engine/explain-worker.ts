// The role of the worker that classifies and explains.
import type {
  Classification,
  ClassifierInfo,
  ExplainWorker,
  JobId,
  ModelChoice,
} from "../bridge/contract.ts";
import { XaiError } from "../core/errors.ts";
import { type Classifier, loadClassifier } from "./classifier.ts";
import { createExplainer, type Explainer } from "./explainer.ts";
import { createJobs } from "./jobs.ts";
import { obtainClassifier } from "./obtain-classifier.ts";
import { startRuntime } from "./ort.ts";
import { createPictures, type PictureTools } from "./pictures.ts";
import { type StoreFactory, storeFor } from "./store-for.ts";
import { topClasses } from "./top-classes.ts";

interface Loaded {
  readonly classifier: Classifier;
  readonly info: ClassifierInfo;
}

/**
 * @param tools what the browser does for pictures.
 * @param openStore where model files come from; tests bring their own.
 */
export function createExplainWorker(tools: PictureTools, openStore: StoreFactory = storeFor): ExplainWorker {
  const jobs = createJobs();
  const pictures = createPictures(tools);
  let appUrl: string | undefined;
  let loaded: Loaded | null = null;
  let prepared: { readonly job: JobId; readonly tensor: Float32Array } | null = null;
  let explained: { readonly job: JobId; readonly explain: Explainer } | null = null;

  async function load(
    model: ModelChoice,
    signal: AbortSignal,
    onProgress: Parameters<ExplainWorker["loadModel"]>[2],
  ) {
    const begin = performance.now();
    const store = openStore(appUrl, signal, onProgress);
    const obtained = await obtainClassifier(model, store);
    const classifier = await loadClassifier(obtained.file, signal, onProgress);
    const description = await obtained.describe(classifier.anatomy);
    const { attention, tokens, prefixTokens, grid, logits } = classifier.anatomy;
    const info: ClassifierInfo = {
      ...description,
      layers: attention.length,
      heads: attention[0].heads,
      tokens,
      prefixTokens,
      grid,
      classes: logits.classes,
      milliseconds: performance.now() - begin,
    };
    return { classifier, info };
  }

  return {
    start(request) {
      appUrl = request.appUrl;
      return startRuntime(request);
    },
    loadModel: (job, model, onProgress) =>
      jobs.run(job, async (signal) => {
        const fresh = await load(model, signal, onProgress);
        // Not waited for: from here to the end nothing may come between, so that a cancel finds all or nothing done.
        loaded?.classifier.release().catch(() => undefined);
        loaded = fresh;
        prepared = null;
        explained = null;
        return fresh.info;
      }),
    prepare: (job, blob, framing, onProgress) =>
      jobs.run(job, async (signal) => {
        if (loaded === null) throw new XaiError("engine/no-result", { what: "model" });
        const { preprocessing } = loaded.info;
        const { image, tensor } = await pictures.prepare(
          { job, blob, framing },
          preprocessing,
          signal,
          onProgress,
        );
        if (prepared !== null && prepared.job > job) throw new XaiError("job/cancelled", {});
        prepared = { job, tensor };
        return image;
      }),
    classify: (job, onProgress) =>
      jobs.run(job, async (): Promise<Classification> => {
        if (loaded === null) throw new XaiError("engine/no-result", { what: "model" });
        if (prepared?.job !== job) throw new XaiError("engine/no-result", { what: "prepared picture" });
        onProgress({ stage: "forward" });
        const { classifier, info } = loaded;
        const { logits, attention, milliseconds } = await classifier.forward(prepared.tensor);
        explained = { job, explain: createExplainer({ job, attention, grid: info.grid }) };
        return { job, top: topClasses(logits, info.labels), milliseconds: { forward: milliseconds } };
      }),
    async explain(job, request) {
      if (explained?.job !== job) throw new XaiError("engine/no-result", { what: "attention" });
      return explained.explain(request);
    },
    cancel: async (job) => jobs.cancel(job),
  };
}
