// Small, well-formed engine results for tests: a 2 x 2 grid, one class, one instance.
import type {
  Classification,
  ClassifierInfo,
  DetectorInfo,
  Foreground,
  Heatmap,
  JobId,
  PreparedImage,
  RuntimeInfo,
  Segmentation,
} from "../../bridge/contract.ts";
import { methods } from "../../core/attribution/registry.ts";
import type { RgbaImage } from "../../core/vision/rgba-image.ts";
import type { ShownMap } from "../shown-map.ts";

export const runtimeInfo: RuntimeInfo = { backend: "wasm", threads: 2, crossOriginIsolated: true };

export const classifierInfo: ClassifierInfo = {
  id: "tiny",
  label: "Tiny",
  origin: {
    source: "mirror",
    bytes: 1000,
    files: [{ name: "tiny.onnx", sha256: "ab".repeat(32) }],
    notices: [],
  },
  preprocessing: { framing: "crop", shorterSide: 248, size: 224, mean: [0, 0, 0], std: [1, 1, 1] },
  kind: "transformer",
  layers: 2,
  heads: 2,
  tokens: 5,
  prefixTokens: 1,
  grid: { rows: 2, columns: 2 },
  methods: Object.fromEntries(methods.map(({ id }) => [id, null])) as ClassifierInfo["methods"],
  featureLayers: [{ rows: 2, columns: 2, channels: 4 }],
  classes: 3,
  labels: ["a", "b", "c"],
  milliseconds: 5,
};

export const detectorInfo: DetectorInfo = {
  id: "finder",
  label: "Finder",
  origin: {
    source: "mirror",
    bytes: 1000,
    files: [{ name: "tiny.onnx", sha256: "ab".repeat(32) }],
    notices: [],
  },
  milliseconds: 5,
};

export function pixels(width: number, height: number): RgbaImage {
  return { width, height, data: new Uint8ClampedArray(4 * width * height) };
}

/** `closed` counts how often the bitmap was given back. */
export function preparedImage(
  job: JobId,
  framing: PreparedImage["framing"] = "crop",
): PreparedImage & { closed: () => number } {
  let closed = 0;
  const display: ImageBitmap = { width: 8, height: 8, close: () => void closed++ };
  return {
    job,
    type: "PNG",
    width: 8,
    height: 8,
    framing,
    region: { x: 0, y: 0, width: 8, height: 8 },
    display,
    modelPixels: pixels(4, 4),
    milliseconds: { decode: 1, preprocess: 2 },
    closed: () => closed,
  };
}

export function classification(job: JobId, label = "a"): Classification {
  return {
    job,
    top: [{ index: 0, label, logit: 2, probability: 0.75 }],
    logits: Float32Array.of(2, 0.5, 0.2),
    milliseconds: { forward: 70 },
  };
}

export function heatmap(job: JobId, values: readonly number[] = [1, 1, 1, 1]): Heatmap {
  return { job, values: Float32Array.from(values), grid: { rows: 2, columns: 2 }, milliseconds: 0.4 };
}

/** A map as the page shows it. */
export function shownMap(values: readonly number[], facts: Partial<ShownMap> = {}): ShownMap {
  return {
    ...heatmap(1, values),
    method: "rollout",
    subject: { kind: "any-class" },
    resolution: "patches",
    signed: false,
    ...facts,
  };
}

export function segmentation(job: JobId, labels: readonly string[] = ["cat"]): Segmentation {
  const instances = labels.map((label) => ({
    label,
    score: 0.9,
    box: { x0: 0, y0: 0, x1: 4, y1: 4 },
    thumbnail: pixels(2, 2),
  }));
  return { job, instances, milliseconds: { forward: 300, total: 400 } };
}

export function foreground(job: JobId, grid: readonly number[] = [1, 0, 0, 0]): Foreground {
  return { job, grid: Float32Array.from(grid), coverage: new Uint8Array(16), size: 4 };
}
