// An engine that plays a scene in the page, with made-up maps, so that every state can be looked at and checked.
import type { Engine, JobId, OnProgress, PreparedImage } from "../../bridge/contract.ts";
import { XaiError } from "../../core/errors.ts";
import type { RgbaImage } from "../../core/vision/rgba-image.ts";
import { playedHeatmap } from "./played-maps.ts";
import {
  playedClasses,
  playedClassifier,
  playedConvolutional,
  playedEmbedding,
  playedLogits,
} from "./played-models.ts";
import { detectorInfo } from "./results.ts";

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
  "slow-map",
  "convolutional",
  "embedding",
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
        if (scene === "convolutional") return playedConvolutional;
        if (scene === "embedding") return playedEmbedding;
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
        return {
          job,
          top: playedClasses,
          logits: playedLogits(scene === "embedding" ? playedEmbedding : playedClassifier),
          milliseconds: { forward: 71 },
        };
      },
      async explain(job, request, onProgress) {
        if (scene === "empty-map" && request.method !== "rollout")
          throw new XaiError("attribution/empty-map", { reason: "it is zero everywhere" });
        if (scene === "slow-map" && request.method !== "rollout") return stepByStep(onProgress);
        return playedHeatmap(job, request);
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

/** A slow method, at a third. */
function stepByStep(onProgress?: OnProgress): Promise<never> {
  setTimeout(() => onProgress?.({ stage: "backward", done: 7, total: 20, unit: "items" }), 100);
  return never;
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
