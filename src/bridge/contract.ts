// What the page can ask of the two workers, and what comes back. Everything here survives a structured clone.

import type { Figure } from "../core/attribution/method.ts";
import type { MethodId, OptionsOf } from "../core/attribution/registry.ts";
import type { XaiError } from "../core/errors.ts";
import type { FileSource, Preprocessing } from "../core/models/descriptor.ts";
import type { RgbaImage } from "../core/vision/rgba-image.ts";

/** Counts up on the page; a larger number is a newer wish. */
export type JobId = number;

export type BackendChoice = "auto" | "wasm" | "webgpu";

/** The runtime that was really started. */
export type RuntimeInfo =
  | {
      readonly backend: "wasm";
      readonly threads: number;
      readonly crossOriginIsolated: boolean;
      readonly note?: string;
    }
  | { readonly backend: "webgpu"; readonly adapter: string; readonly build: "jspi" | "webgpu" };

export interface RuntimeRequest {
  readonly backend: BackendChoice;
  /** WASM threads; without it chosen from the number of cores. */
  readonly threads?: number;
  /** Address of the page, below which the app's own files lie; the client fills it in. */
  readonly appUrl?: string;
}

/** A model from the registry, or the user's own files (an ONNX file, with its external data if it has any). */
export type ModelChoice =
  | { readonly kind: "registered"; readonly id: string }
  | { readonly kind: "own"; readonly files: readonly File[] };

/** One step of a job, told as it goes on. `total` is absent while it is unknown. */
export interface Progress {
  readonly stage:
    | "runtime"
    | "download"
    | "verify"
    | "read"
    | "convert"
    | "session"
    | "decode"
    | "preprocess"
    | "forward"
    | "backward"
    | "explain"
    | "proposals"
    | "boxes"
    | "masks";
  readonly done?: number;
  readonly total?: number;
  readonly unit?: "bytes" | "items";
  /** File, source or model that the step is about. */
  readonly subject?: string;
}
export type OnProgress = (progress: Progress) => void;

/** One file of a loaded model, named by what is in it. */
export interface ModelFileDigest {
  readonly name: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Where the bytes of a loaded model came from. */
export interface ModelOrigin {
  readonly source: FileSource["kind"] | "own" | "cache";
  readonly bytes: number;
  /** The model's file first, then those of its external data. */
  readonly files: readonly ModelFileDigest[];
  /** Notices for the user: pinned hash changed, cache is full, ... */
  readonly notices: readonly string[];
}

/** A transformer has attention over the whole picture; any other classifier counts as convolutional. */
export type ClassifierKind = "transformer" | "convolutional";

/**
 * What keeps a model from giving a method its tensors. `reason` is the end of a sentence, without a full stop; where
 * the graph ends a gradient's way, operator and node are named.
 */
export type MethodRefusal =
  | { readonly kind: "no-attention"; readonly reason: string }
  /** The values between the blocks cannot be told. */
  | { readonly kind: "no-stream"; readonly reason: string }
  | { readonly kind: "no-feature-map"; readonly reason: string }
  | {
      readonly kind: "no-gradient";
      readonly operator: string;
      readonly node: string;
      readonly reason?: string;
    };

/** A value that CAM methods can be taken on. */
export interface FeatureLayer {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
}

export interface ClassifierInfo {
  readonly id: string;
  readonly label: string;
  readonly origin: ModelOrigin;
  readonly preprocessing: Preprocessing;
  readonly kind: ClassifierKind;
  /** Attentions over the picture; 0 for convolutional ones, as are heads, tokens and prefix tokens. */
  readonly layers: number;
  readonly heads: number;
  readonly tokens: number;
  readonly prefixTokens: number;
  /** Patches; of convolutional ones the cells of the last feature map. */
  readonly grid: { readonly rows: number; readonly columns: number };
  /** For every method why this model cannot be explained by it; `null` where it can. */
  readonly methods: Readonly<Record<MethodId, MethodRefusal | null>>;
  /** By the value of a feature-layer option: the first is the last map of the network. */
  readonly featureLayers: readonly FeatureLayer[];
  readonly classes: number;
  /** Class names by index; `class 7` where the file brings none. */
  readonly labels: readonly string[];
  readonly milliseconds: number;
}

export interface DetectorInfo {
  readonly id: string;
  readonly label: string;
  readonly origin: ModelOrigin;
  readonly milliseconds: number;
}

/** How the picture is framed: as the model was trained, squashed to the square, or exactly as vit-explain does. */
export type FramingChoice = "crop" | "squash" | "vit-explain";

/** A decoded picture, ready for both models. The ImageBitmap and the buffers are transferred. */
export interface PreparedImage {
  readonly job: JobId;
  /** Sniffed from the bytes, e.g. `JPEG`. */
  readonly type: string;
  /** After the EXIF orientation. */
  readonly width: number;
  readonly height: number;
  readonly framing: FramingChoice;
  /** The region of the picture that the model sees, in its pixels (fractions allowed). */
  readonly region: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  /** That region at display resolution (longest side at most 1024). */
  readonly display: ImageBitmap;
  /** The very pixels the model saw, before normalisation; `size x size`. */
  readonly modelPixels: RgbaImage;
  readonly milliseconds: { readonly decode: number; readonly preprocess: number };
}

export interface ClassScore {
  readonly index: number;
  readonly label: string;
  readonly logit: number;
  /** Softmax over all classes, 0..1. */
  readonly probability: number;
}

export interface Classification {
  readonly job: JobId;
  /** The five most probable classes, descending. */
  readonly top: readonly ClassScore[];
  /** Of all classes, `[C]`. */
  readonly logits: Float32Array<ArrayBuffer>;
  readonly milliseconds: { readonly forward: number };
}

/** What a class-specific method explains: one logit, or a weighted sum of all outputs (a text embedding). */
export type Target =
  | { readonly kind: "class"; readonly index: number }
  | { readonly kind: "vector"; readonly values: Float32Array };

/** How gradients are taken: exactly, or pruned as LibraGrad does, from the logit or from the probability. */
export type GradientRules = "exact" | "libra" | "libra-probability";

export type ExplainRequest = {
  [Id in MethodId]: {
    readonly method: Id;
    readonly options: OptionsOf<Id>;
    /** Without one, the most probable class. */
    readonly target?: Target;
    /** Without it, exact. */
    readonly gradient?: GradientRules;
  };
}[MethodId];

export interface Heatmap {
  readonly job: JobId;
  /** Raw map, row-major on the grid, not normalised. */
  readonly values: Float32Array<ArrayBuffer>;
  /** Patches, cells of the feature map or pixels of the model's input, as the method's `resolution` says. */
  readonly grid: { readonly rows: number; readonly columns: number };
  /** How far the map can be trusted, by the method's own checks. */
  readonly figures?: readonly Figure[];
  readonly milliseconds: number;
}

/** How far a map stays what it is when the picture changes by what nobody sees. */
export interface Stability {
  readonly job: JobId;
  /** Spearman's, -1..1, between the map and that of a picture with noise of a thousandth of its range. */
  readonly rankCorrelation: number;
  readonly milliseconds: number;
}

export interface DetectedInstance {
  readonly label: string;
  /** 0..1. */
  readonly score: number;
  /** In pixels of the whole picture. */
  readonly box: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
  /** Small picture of the instance, RGBA with the mask as alpha. */
  readonly thumbnail: RgbaImage;
}

export interface Segmentation {
  readonly job: JobId;
  readonly instances: readonly DetectedInstance[];
  readonly milliseconds: { readonly forward: number; readonly total: number };
}

/** The union of the chosen instances as the model's view sees it. */
export interface Foreground {
  readonly job: JobId;
  /** Share of each patch that is foreground, 0..1, `[P]`; all zero when nothing is chosen or nothing is in view. */
  readonly grid: Float32Array<ArrayBuffer>;
  /** Coverage 0..255 of the model's view, `size x size`, for the outline. */
  readonly coverage: Uint8Array<ArrayBuffer>;
  readonly size: number;
}

export interface ForegroundRequest {
  /** Indices into `Segmentation.instances`. */
  readonly instances: readonly number[];
  readonly preprocessing: Preprocessing;
  readonly grid: { readonly rows: number; readonly columns: number };
}

/** The worker that classifies and explains. */
export interface ExplainWorker {
  start(request: RuntimeRequest): Promise<RuntimeInfo>;
  loadModel(job: JobId, model: ModelChoice, onProgress: OnProgress): Promise<ClassifierInfo>;
  prepare(job: JobId, image: Blob, framing: FramingChoice, onProgress: OnProgress): Promise<PreparedImage>;
  /**
   * The whole picture of this job as the detector takes it (PIL bilinear), to be handed to the other worker. A call of
   * its own, so that the first heatmap need not wait for it.
   * @throws engine/no-result once another picture was prepared
   */
  detectorPixels(job: JobId): Promise<RgbaImage>;
  /** Runs the model on the prepared image of this job and keeps its tensors for `explain`. */
  classify(job: JobId, onProgress: OnProgress): Promise<Classification>;
  /**
   * Works on the tensors that `classify` kept. Runs the model only where a tensor is wanted for the first time for this
   * target, these gradient rules and this variant; a slider that changes none of these never does.
   * @throws engine/no-result once another picture was classified
   */
  explain(job: JobId, request: ExplainRequest, onProgress?: OnProgress): Promise<Heatmap>;
  /**
   * Makes what `explain` will need for all these requests, in one run for each target. Requests that the model cannot
   * fulfil are left out; `explain` says why.
   */
  gather(job: JobId, requests: readonly ExplainRequest[], onProgress?: OnProgress): Promise<void>;
  /** Explains the picture once more with invisible noise; meant for methods that are `unstable`. */
  stability(job: JobId, request: ExplainRequest, onProgress?: OnProgress): Promise<Stability>;
  /** Gives up what is running for this job. What was classified stays, and can be explained again. */
  cancel(job: JobId): Promise<void>;
}

/** The worker that finds instances. */
export interface SegmentWorker {
  start(request: RuntimeRequest): Promise<RuntimeInfo>;
  loadModel(job: JobId, id: string, onProgress: OnProgress): Promise<DetectorInfo>;
  /** `pixels` is the resized picture that `ExplainWorker.detectorPixels` gives; `width` and `height` are the original's. */
  segment(
    job: JobId,
    picture: { readonly pixels: RgbaImage; readonly width: number; readonly height: number },
    onProgress: OnProgress,
  ): Promise<Segmentation>;
  foreground(job: JobId, request: ForegroundRequest): Promise<Foreground>;
  cancel(job: JobId): Promise<void>;
}

/** What is known after a worker was replaced. The runtime can be another than before: WASM after a lost GPU. */
export interface RestartFacts {
  readonly reason: XaiError;
  readonly runtime: RuntimeInfo;
}
export type OnRestart = (worker: "explain" | "segment", facts: RestartFacts) => void;

/**
 * Both workers, as the page holds them.
 *
 * A worker that crashes (`engine/worker-crashed`), hangs (`engine/hung`), loses its GPU or does not give up a
 * cancelled job within 3 s is ended and replaced. The client brings the new worker to where the old one was by
 * repeating the last successful `start`, `loadModel`, `prepare` and `classify` (or `segment`), so the page need not:
 * - calls that were running at a crash or hang reject with that error, as any of them may have caused it;
 * - calls of a cancelled job reject with `job/cancelled`; calls that only lost their worker with it are repeated;
 * - a call that met a lost GPU is repeated once on the GPU, then on WASM. The page sees no error.
 * A repeat that fails leaves the role without a worker; the next call tries again and brings the error.
 * `start` on a worker that was started before replaces it by an empty one: load the model again.
 */
export interface Engine {
  readonly explain: ExplainWorker;
  readonly segment: SegmentWorker;
  /** Tells when a new worker has taken over, with everything loaded again. Returns the way to stop listening. */
  onRestart(listener: OnRestart): () => void;
}
