// The role of the worker that finds instances.
import type {
  DetectedInstance,
  JobId,
  RuntimeInfo,
  RuntimeRequest,
  SegmentWorker,
} from "../bridge/contract.ts";
import type { PictureSize } from "../core/detection/detector-input.ts";
import { foregroundView } from "../core/detection/foreground.ts";
import type { Detections } from "../core/detection/mask-rcnn2go.ts";
import { instanceThumbnail } from "../core/detection/thumbnail.ts";
import { XaiError } from "../core/errors.ts";
import type { DetectorDescriptor } from "../core/models/descriptor.ts";
import { detectorById } from "../core/models/registry.ts";
import type { RgbaImage } from "../core/vision/rgba-image.ts";
import { createJobs } from "./jobs.ts";
import { startRuntime } from "./ort.ts";
import { loadSegmenter, type Segmenter } from "./segmenter.ts";
import { obtainModel } from "./store/obtain-model.ts";
import { type StoreFactory, storeFor } from "./store-for.ts";

interface Segmented {
  readonly job: JobId;
  readonly detections: Detections;
  readonly picture: PictureSize;
}

/** @param openStore where model files come from; tests bring their own. */
export function createSegmentWorker(openStore: StoreFactory = storeFor): SegmentWorker {
  const jobs = createJobs();
  let appUrl: string | undefined;
  let loaded: { readonly segmenter: Segmenter; readonly descriptor: DetectorDescriptor } | null = null;
  let segmented: Segmented | null = null;

  return {
    start(request) {
      appUrl = request.appUrl;
      return startOnWasm(request);
    },
    loadModel: (job, id, onProgress) =>
      jobs.run(job, async (signal) => {
        const begin = performance.now();
        const descriptor = detectorById(id);
        const { files, origin } = await obtainModel(descriptor, openStore(appUrl, signal, onProgress));
        const [network, weights] = files;
        const segmenter = await loadSegmenter([network, weights], signal, onProgress);
        loaded = { segmenter, descriptor };
        segmented = null;
        return { id, label: descriptor.label, origin, milliseconds: performance.now() - begin };
      }),
    segment: (job, { pixels, width, height }, onProgress) =>
      jobs.run(job, async (signal) => {
        if (loaded === null) throw new XaiError("engine/no-result", { what: "detector" });
        const begin = performance.now();
        const { segmenter, descriptor } = loaded;
        const picture = { width, height };
        const { detections, forwardMilliseconds } = await segmenter.segment(
          pixels,
          picture,
          signal,
          onProgress,
        );
        if (segmented !== null && segmented.job > job) throw new XaiError("job/cancelled", {});
        segmented = { job, detections, picture };
        const instances = describeInstances(detections, descriptor.labels, pixels);
        const total = performance.now() - begin;
        return { job, instances, milliseconds: { forward: forwardMilliseconds, total } };
      }),
    async foreground(job, { instances, preprocessing, grid }) {
      if (segmented?.job !== job) throw new XaiError("engine/no-result", { what: "instances" });
      const view = foregroundView(segmented.detections, instances, segmented.picture, preprocessing, grid);
      return { job, ...view };
    },
    cancel: async (job) => jobs.cancel(job),
  };
}

/** Masks of Mask R-CNN were reported wrong on WebGPU, and some of its steps run on the CPU anyway. */
async function startOnWasm(request: RuntimeRequest): Promise<RuntimeInfo> {
  return startRuntime({ ...request, backend: "wasm" });
}

function describeInstances(
  { instances, canvas }: Detections,
  labels: readonly string[],
  pixels: RgbaImage,
): readonly DetectedInstance[] {
  return instances.map(({ classIndex, score, box, mask }) => ({
    label: labels[classIndex] ?? `class ${classIndex}`,
    score,
    box,
    thumbnail: instanceThumbnail(pixels, mask, canvas),
  }));
}
