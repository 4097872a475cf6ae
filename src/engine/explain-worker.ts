// The role of the worker that classifies and explains.
import type {
  Classification,
  ClassifierInfo,
  ExplainWorker,
  JobId,
  ModelChoice,
  OnProgress,
} from "../bridge/contract.ts";
import type { CompleteAnatomy } from "../core/anatomy/anatomy.ts";
import { methods } from "../core/attribution/registry.ts";
import { isXaiError, XaiError } from "../core/errors.ts";
import type { RgbaImage } from "../core/vision/rgba-image.ts";
import { type Classifier, loadClassifier } from "./classifier.ts";
import { createExplainer, type Explainer } from "./explainer.ts";
import { createJobSteps } from "./job-steps.ts";
import { breathe, createJobs } from "./jobs.ts";
import { obtainClassifier } from "./obtain-classifier.ts";
import { startRuntime } from "./ort.ts";
import { createPictures, type PictureTools } from "./pictures.ts";
import type { StoreContext } from "./store/store-context.ts";
import { type StoreFactory, storeFor } from "./store-for.ts";
import { topClasses } from "./top-classes.ts";

interface Loaded {
  readonly job: JobId;
  readonly classifier: Classifier;
  readonly info: ClassifierInfo;
}

interface Prepared {
  readonly job: JobId;
  readonly tensor: Float32Array;
  readonly detectorPixels: () => RgbaImage;
  /** All jobs that framed this same picture. */
  readonly jobs: readonly JobId[];
}

/**
 * @param tools what the browser does for pictures.
 * @param openStore where model files come from; tests bring their own.
 */
export function createExplainWorker(tools: PictureTools, openStore: StoreFactory = storeFor): ExplainWorker {
  const jobs = createJobs();
  const steps = createJobSteps();
  const pictures = createPictures(tools);
  let appUrl: string | undefined;
  let loaded: Loaded | null = null;
  let prepared: Prepared | null = null;
  let explained: { readonly job: JobId; readonly explain: Explainer } | null = null;

  return {
    start(request) {
      appUrl = request.appUrl;
      return startRuntime(request);
    },
    loadModel: (job, model, onProgress) =>
      jobs.run(job, async (signal) => {
        const fresh = await load(job, model, openStore(appUrl, signal, onProgress), signal, onProgress);
        const unwanted = loaded !== null && loaded.job > job ? fresh : loaded;
        // Not waited for: from here to the end nothing may come between, so that a cancel finds all or nothing done.
        unwanted?.classifier.release().catch(() => undefined);
        if (unwanted === fresh) throw superseded();
        loaded = fresh;
        prepared = null;
        explained = null;
        return fresh.info;
      }),
    prepare: (job, blob, framing, onProgress) =>
      steps.take(job, jobs, async (signal) => {
        const model = needModel(loaded);
        const wish = { job, blob, framing };
        const { image, tensor, detectorPixels } = await pictures.prepare(
          wish,
          model.info.preprocessing,
          signal,
          onProgress,
        );
        if (loaded !== model || (prepared !== null && prepared.job > job)) throw superseded();
        const earlier = prepared?.detectorPixels === detectorPixels ? prepared.jobs : [];
        prepared = { job, tensor, detectorPixels, jobs: [...earlier, job] };
        return image;
      }),
    async detectorPixels(job) {
      if (!prepared?.jobs.includes(job)) throw new XaiError("engine/no-result", { what: "prepared picture" });
      return prepared.detectorPixels();
    },
    classify: (job, onProgress) =>
      steps.take(job, jobs, async (signal): Promise<Classification> => {
        const model = needModel(loaded);
        if (prepared?.job !== job) throw new XaiError("engine/no-result", { what: "prepared picture" });
        onProgress({ stage: "forward" });
        // Sends the prepared picture off before the run blocks this worker.
        await breathe(signal);
        const { logits, attention, milliseconds } = await model.classifier.forward(prepared.tensor);
        if (loaded !== model) throw superseded();
        const { grid, labels } = model.info;
        explained = { job, explain: createExplainer({ job, attention, grid }) };
        return {
          job,
          top: topClasses(logits, labels),
          logits: logits.slice() as Float32Array<ArrayBuffer>,
          milliseconds: { forward: milliseconds },
        };
      }),
    async explain(job, request) {
      await steps.taken(job);
      if (explained?.job !== job) throw new XaiError("engine/no-result", { what: "attention" });
      return explained.explain(request);
    },
    async gather() {},
    async stability() {
      throw new XaiError("engine/no-result", { what: "stability" });
    },
    cancel: async (job) => jobs.cancel(job),
  };
}

function needModel(loaded: Loaded | null): Loaded {
  if (loaded === null) throw new XaiError("engine/no-result", { what: "model" });
  return loaded;
}

/** A newer wish was fulfilled before this one. */
function superseded(): XaiError {
  return new XaiError("job/cancelled", {});
}

async function load(
  job: JobId,
  model: ModelChoice,
  store: StoreContext,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Loaded> {
  const begin = performance.now();
  const obtained = await obtainClassifier(model, store);
  const classifier = await loadClassifier(obtained.file, signal, onProgress).catch(async (error) => {
    if (isXaiError(error) && error.code.startsWith("onnx/")) await obtained.forget();
    throw error;
  });
  try {
    const info = { ...(await obtained.describe(classifier.anatomy)), ...sizesOf(classifier.anatomy) };
    return { job, classifier, info: { ...info, milliseconds: performance.now() - begin } };
  } catch (error) {
    await classifier.release().catch(() => undefined);
    throw error;
  }
}

function sizesOf({ attention, tokens, prefixTokens, grid, logits }: CompleteAnatomy) {
  const [{ heads }] = attention;
  return {
    kind: "transformer",
    methods: Object.fromEntries(methods.map(({ id }) => [id, null])) as ClassifierInfo["methods"],
    featureLayers: [],
    layers: attention.length,
    heads,
    tokens,
    prefixTokens,
    grid,
    classes: logits.classes,
  } as const;
}
