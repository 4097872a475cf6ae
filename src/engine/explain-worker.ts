// The role of the worker that classifies and explains.
import type {
  Classification,
  ClassifierInfo,
  ExplainWorker,
  JobId,
  ModelChoice,
  OnProgress,
} from "../bridge/contract.ts";
import { isXaiError, XaiError } from "../core/errors.ts";
import type { RgbaImage } from "../core/vision/rgba-image.ts";
import { type Classifier, loadClassifier } from "./classifier.ts";
import { describeNetwork } from "./describe-network.ts";
import { createExplanation, type Explanation } from "./explanation.ts";
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
  let explained: Explanation | null = null;

  async function revisit<Result>(
    job: JobId,
    task: (explanation: Explanation, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    await steps.taken(job);
    const explanation = explained;
    if (explanation?.job !== job) throw new XaiError("engine/no-result", { what: "attention" });
    return jobs
      .revisit(job, (signal) => task(explanation, signal))
      .finally(() => {
        // Its tensors went with the picture, and its sessions may have gone with the model.
        if (explained !== explanation) throw superseded();
      });
  }

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
        const { tensor } = prepared;
        const passed = await model.classifier.forward(tensor);
        if (loaded !== model) throw superseded();
        const { logits, milliseconds } = passed;
        explained?.forget();
        explained = createExplanation(model.classifier, job, tensor, passed);
        return {
          job,
          top: topClasses(logits, model.info.labels),
          logits: logits.slice() as Float32Array<ArrayBuffer>,
          milliseconds: { forward: milliseconds },
        };
      }),
    explain: (job, request, onProgress = ignore) =>
      revisit(job, (explanation, signal) => explanation.explain(request, signal, onProgress)),
    gather: (job, requests, onProgress = ignore) =>
      revisit(job, (explanation, signal) => explanation.gather(requests, signal, onProgress)),
    stability: (job, request, onProgress = ignore) =>
      revisit(job, (explanation, signal) => explanation.stability(request, signal, onProgress)),
    cancel: async (job) => jobs.cancel(job),
  };
}

const ignore = (): void => undefined;

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
    const { network } = classifier;
    const info = { ...(await obtained.describe(network)), ...describeNetwork(network) };
    return { job, classifier, info: { ...info, milliseconds: performance.now() - begin } };
  } catch (error) {
    await classifier.release().catch(() => undefined);
    throw error;
  }
}
