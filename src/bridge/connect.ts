// The page's side of the bridge: both workers behind the `Engine` interface.
import type { WorkerHandle } from "./connection.ts";
import type {
  Engine,
  ExplainWorker,
  JobId,
  OnProgress,
  OnRestart,
  RuntimeRequest,
  SegmentWorker,
} from "./contract.ts";
import { type SupervisedWorker, superviseWorker } from "./supervise.ts";
import { installErrorTransfer } from "./transfer-errors.ts";

export interface EngineConnection {
  /** Creates a worker from `engine/worker.ts`; called again whenever one has to be replaced. */
  readonly spawnExplain: () => WorkerHandle;
  readonly spawnSegment: () => WorkerHandle;
  /** In seconds; see `Limits`. */
  readonly silenceSeconds?: number;
  readonly cancelSeconds?: number;
}

/** Long enough for the slowest single step that tells no progress: a first WebGPU run without a GPU. */
const defaultSilenceSeconds = 120;
const defaultCancelSeconds = 3;

/**
 * The engine as the page holds it. No worker is created before it is first asked for something.
 * @see Engine for what happens when a worker crashes, hangs or loses its GPU.
 */
export function connectEngine(options: EngineConnection): Engine {
  installErrorTransfer();
  const listeners = new Set<OnRestart>();
  const limits = {
    silence: options.silenceSeconds ?? defaultSilenceSeconds,
    cancel: options.cancelSeconds ?? defaultCancelSeconds,
  };
  const supervise = (role: "explain" | "segment", spawn: () => WorkerHandle, picture: readonly string[]) =>
    superviseWorker({
      role,
      spawn,
      limits,
      stateful: ["start", "loadModel", ...picture],
      onRestart: (reason, runtime) => {
        for (const listener of listeners) listener(role, { reason, runtime });
      },
    });
  return {
    explain: explainClient(supervise("explain", options.spawnExplain, ["prepare", "classify"])),
    segment: segmentClient(supervise("segment", options.spawnSegment, ["segment"])),
    onRestart(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function explainClient(worker: SupervisedWorker): ExplainWorker {
  const ask = asker<ExplainWorker>(worker);
  return {
    start: (request) => ask("start", null, [withAppUrl(request)]),
    loadModel: (job, model, onProgress) => ask("loadModel", job, [job, model], onProgress),
    prepare: (job, image, framing, onProgress) => ask("prepare", job, [job, image, framing], onProgress),
    detectorPixels: (job) => ask("detectorPixels", job, [job]),
    classify: (job, onProgress) => ask("classify", job, [job], onProgress),
    explain: (job, request, onProgress) => ask("explain", job, [job, request], onProgress),
    gather: (job, requests, onProgress) => ask("gather", job, [job, requests], onProgress),
    stability: (job, request, onProgress) => ask("stability", job, [job, request], onProgress),
    cancel: (job) => worker.cancel(job),
  };
}

function segmentClient(worker: SupervisedWorker): SegmentWorker {
  const ask = asker<SegmentWorker>(worker);
  return {
    start: (request) => ask("start", null, [withAppUrl(request)]),
    loadModel: (job, id, onProgress) => ask("loadModel", job, [job, id], onProgress),
    segment: (job, picture, onProgress) => ask("segment", job, [job, picture], onProgress),
    foreground: (job, request) => ask("foreground", job, [job, request]),
    cancel: (job) => worker.cancel(job),
  };
}

/** A worker knows only the address of its own script, which a build moves to another folder. */
function withAppUrl(request: RuntimeRequest): RuntimeRequest {
  return typeof document === "undefined" ? request : { appUrl: document.baseURI, ...request };
}

/** Ties each method's name to its result, so that the untyped wire below cannot be misused. */
function asker<Role extends ExplainWorker | SegmentWorker>(worker: SupervisedWorker) {
  return <Name extends keyof Role & string>(
    method: Name,
    job: JobId | null,
    args: readonly unknown[],
    onProgress?: OnProgress,
  ): Promise<Role[Name] extends (...values: never[]) => Promise<infer Result> ? Result : never> =>
    worker.request({ method, job, args, ...(onProgress && { onProgress }) }) as Promise<never>;
}
