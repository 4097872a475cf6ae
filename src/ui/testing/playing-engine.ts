// An engine that plays a scene in the page, with made-up maps, so that every state can be looked at and checked.
import type { Engine, JobId, OnProgress, PreparedImage } from "../../bridge/contract.ts";
import { XaiError } from "../../core/errors.ts";
import type { RgbaImage } from "../../core/vision/rgba-image.ts";
import { classifierInfo, detectorInfo } from "./results.ts";

export const scenes = [
  "done",
  "model-loading",
  "model-missing",
  "model-refused",
  "first-forward",
  "next-picture",
  "picture-broken",
  "empty-map",
  "detector-loading",
  "finding",
  "none-found",
  "out-of-view",
  "detector-failed",
  "single-thread",
] as const;
export type Scene = (typeof scenes)[number];

const side = 14;
const view = 224;
const never = new Promise<never>(() => undefined);

export function createPlayingEngine(scene: Scene): Engine {
  let pictures = 0;
  return {
    explain: {
      async start() {
        return {
          backend: "wasm",
          threads: scene === "single-thread" ? 1 : 2,
          crossOriginIsolated: scene !== "single-thread",
        };
      },
      async loadModel(_job, model, onProgress) {
        if (scene === "model-loading") return download(onProgress);
        if (scene === "model-missing")
          throw new XaiError("model/unavailable", {
            model: "DeiT-Tiny",
            tried: [
              "the mirror has no deit-tiny/deit_tiny_hf_opset14.onnx",
              "huggingface.co could not be reached",
            ],
          });
        if (scene === "model-refused" || model.kind === "own")
          throw new XaiError("anatomy/no-attention", { reason: "no softmax over a square matrix" });
        return playedClassifier;
      },
      async prepare(job, blob, framing) {
        pictures++;
        if (scene === "picture-broken" && pictures > 1)
          throw new XaiError("image/truncated", { type: "JPEG" });
        return prepare(job, blob, framing);
      },
      detectorPixels: async () => ({ width: 1, height: 1, data: new Uint8ClampedArray(4) }),
      async classify(job, onProgress) {
        onProgress({ stage: "forward" });
        if (scene === "first-forward" || (scene === "next-picture" && pictures > 1)) return never;
        return { job, top: playedClasses, logits: playedLogits(), milliseconds: { forward: 71 } };
      },
      async explain(job, { options }) {
        if (scene === "empty-map" && options.discardRatio > 0.95)
          throw new XaiError("attribution/empty-map", { reason: "no attention reaches any patch" });
        const values = playedMap(options.discardRatio, options.startLayer);
        return { job, values, grid: { rows: side, columns: side }, milliseconds: 0.4 };
      },
      async gather() {},
      async stability(job) {
        return { job, rankCorrelation: 0.98, milliseconds: 90 };
      },
      async cancel() {},
    },
    segment: {
      start: async () => ({ backend: "wasm", threads: 2, crossOriginIsolated: true }),
      async loadModel(_job, _id, onProgress) {
        if (scene === "detector-loading") return download(onProgress);
        if (scene === "detector-failed")
          throw new XaiError("model/unreachable", {
            url: "https://raw.githubusercontent.com/x",
            reason: "offline",
          });
        return { ...detectorInfo, label: "Mask R-CNN2Go" };
      },
      async segment(job, _picture, onProgress) {
        onProgress({ stage: "masks", done: 8, total: 24, unit: "items" });
        if (scene === "finding") return never;
        const names = scene === "none-found" ? [] : ["cat", "dog", "potted plant"];
        const instances = names.map((label, index) => ({
          label,
          score: 0.998 - 0.2 * index,
          box: { x0: 0, y0: 0, x1: 80 - index, y1: 60 },
          thumbnail: disc(48, index),
        }));
        return { job, instances, milliseconds: { forward: 820, total: 1240 } };
      },
      async foreground(job, { instances }) {
        const coverage = new Uint8Array(view * view);
        if (scene !== "out-of-view") for (const index of instances) cover(coverage, index);
        return { job, coverage, size: view, grid: patchShares(coverage) };
      },
      async cancel() {},
    },
    onRestart: () => () => undefined,
  };
}

const playedClassifier = {
  ...classifierInfo,
  id: "deit-tiny",
  label: "DeiT-Tiny",
  origin: { source: "mirror", bytes: 23_054_588, notices: [] },
  layers: 12,
  heads: 3,
  tokens: 197,
  grid: { rows: side, columns: side },
  classes: 1000,
} as const;

const playedClasses = [
  { index: 243, label: "bull mastiff", logit: 9.1, probability: 0.541 },
  { index: 281, label: "tabby cat", logit: 7.9, probability: 0.172 },
  { index: 282, label: "tiger cat", logit: 7.2, probability: 0.0812 },
  { index: 242, label: "boxer", logit: 6.4, probability: 0.034 },
  {
    index: 721,
    label: "pillow, or another thing whose name is far too long for one line",
    logit: 1,
    probability: 0.0004,
  },
];

function playedLogits(): Float32Array<ArrayBuffer> {
  const logits = new Float32Array(playedClassifier.classes);
  for (const { index, logit } of playedClasses) logits[index] = logit;
  return logits;
}

/** Reports a download that stands still at a third, as a picture of one. */
function download(onProgress: OnProgress): Promise<never> {
  const report = (done: number): void =>
    onProgress({ stage: "download", subject: "deit-tiny.onnx", done, total: 23_054_588, unit: "bytes" });
  report(1_000_000);
  setTimeout(() => report(8_400_000), 700);
  return never;
}

async function prepare(job: JobId, blob: Blob, framing: PreparedImage["framing"]): Promise<PreparedImage> {
  const whole = await createImageBitmap(blob);
  const { width, height } = whole;
  const square = Math.min(width, height) * 0.9;
  const region =
    framing === "crop"
      ? { x: (width - square) / 2, y: (height - square) / 2, width: square, height: square }
      : { x: 0, y: 0, width, height };
  const display = await createImageBitmap(blob, region.x, region.y, region.width, region.height);
  const canvas = new OffscreenCanvas(view, view);
  const context = canvas.getContext("2d");
  if (context === null) throw new XaiError("image/decode-failed", { type: "PNG", reason: "no canvas" });
  context.drawImage(display, 0, 0, view, view);
  const { data } = context.getImageData(0, 0, view, view);
  const modelPixels: RgbaImage = { width: view, height: view, data: new Uint8ClampedArray(data) };
  return {
    job,
    type: "JPEG",
    width,
    height,
    framing,
    region,
    display,
    modelPixels,
    milliseconds: { decode: 12, preprocess: 31 },
  };
}

/** Two bumps on a floor; more discard means less floor. */
function playedMap(discard: number, startLayer: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: side * side }, (_, patch) => {
    const x = (patch % side) / side;
    const y = Math.floor(patch / side) / side;
    const bump = (cx: number, cy: number, width: number): number =>
      Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / width);
    const floor = 0.5 * (1 - discard) + 0.05 * Math.abs(Math.sin(37 * patch));
    return 0.004 * (bump(0.35, 0.3, 0.02) + 0.6 * bump(0.7, 0.6, 0.03 + 0.002 * startLayer) + floor);
  });
}

/** Adds one round instance to the view's coverage. */
function cover(coverage: Uint8Array, index: number): void {
  const centre = [78 + 70 * index, 76 + 40 * index];
  for (let pixel = 0; pixel < coverage.length; pixel++) {
    const distance = Math.hypot((pixel % view) - centre[0], Math.floor(pixel / view) - centre[1]);
    if (distance < 46 - 8 * index) coverage[pixel] = 255;
  }
}

function patchShares(coverage: Uint8Array): Float32Array<ArrayBuffer> {
  const patch = view / side;
  const shares = new Float32Array(side * side);
  for (let pixel = 0; pixel < coverage.length; pixel++) {
    const row = Math.floor(Math.floor(pixel / view) / patch);
    const column = Math.floor((pixel % view) / patch);
    shares[row * side + column] += coverage[pixel] / 255 / (patch * patch);
  }
  return shares;
}

function disc(size: number, index: number): RgbaImage {
  const data = new Uint8ClampedArray(4 * size * size);
  for (let pixel = 0; pixel < size * size; pixel++) {
    const distance = Math.hypot((pixel % size) - size / 2, Math.floor(pixel / size) - size / 2);
    data.set([150 - 40 * index, 120, 90, distance < size / 2 - 1 ? 255 : 0], 4 * pixel);
  }
  return { width: size, height: size, data };
}
