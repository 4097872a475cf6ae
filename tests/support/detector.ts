// Runs the whole detector in Node as the product does: the Caffe2 pair converted here, on the runtime's CPU path.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { convertMaskRcnn2Go } from "../../src/core/caffe2/convert-mask-rcnn2go.ts";
import { planDetectorSize } from "../../src/core/detection/detector-input.ts";
import {
  type DetectionHooks,
  type Detections,
  type DetectorRuns,
  detectInstances,
} from "../../src/core/detection/mask-rcnn2go.ts";
import { resampleRgba } from "../../src/core/vision/resample.ts";
import type { RgbaImage } from "../../src/core/vision/rgba-image.ts";
import { openModel, type RunOutput } from "./ort.ts";
import { witnesses } from "./witnesses.ts";

/** Milliseconds spent in each part of the network since the detector was opened, and how often it ran. */
export type PartTimes = Readonly<
  Record<"trunk" | "boxHead" | "maskHead", { milliseconds: number; runs: number }>
>;

export interface Detector {
  readonly detect: (picture: RgbaImage, hooks?: DetectionHooks) => Promise<Detections>;
  readonly times: PartTimes;
}

export function readDetectorFile(name: string): Uint8Array {
  return readFileSync(resolve(witnesses.models, "maskrcnn2go", name));
}

/** Converts the pair in the model mirror and opens its three parts. */
export async function openDetector(): Promise<Detector> {
  const files = convertMaskRcnn2Go(readDetectorFile("int8_model.pb"), readDetectorFile("int8_model_init.pb"));
  const trunk = await openModel(files.trunk);
  const boxHead = await openModel(files.boxHead);
  const maskHead = await openModel(files.maskHead);
  const times = {
    trunk: { milliseconds: 0, runs: 0 },
    boxHead: { milliseconds: 0, runs: 0 },
    maskHead: { milliseconds: 0, runs: 0 },
  };
  const timed = async <Result>(part: keyof PartTimes, run: () => Promise<Result>): Promise<Result> => {
    const start = performance.now();
    const result = await run();
    times[part].milliseconds += performance.now() - start;
    times[part].runs++;
    return result;
  };
  const runs: DetectorRuns<RunOutput> = {
    async runTrunk({ data, dims }) {
      const outputs = await timed("trunk", () => trunk.run({ data: { data, shape: dims } }));
      return {
        features: outputs.features,
        scores: toFloatTensor(outputs.rpn_probs),
        deltas: toFloatTensor(outputs.rpn_deltas),
      };
    },
    async runBoxHead(features, { data, dims }) {
      const outputs = await timed("boxHead", () => boxHead.run({ features, rois: { data, shape: dims } }));
      return { probabilities: toFloatTensor(outputs.cls_prob), deltas: toFloatTensor(outputs.bbox_pred) };
    },
    async runMaskHead(features, { data, dims }) {
      const outputs = await timed("maskHead", () => maskHead.run({ features, boxes: { data, shape: dims } }));
      return toFloatTensor(outputs.mask_probs);
    },
  };
  return {
    times,
    detect(picture, hooks) {
      const { width, height } = planDetectorSize(picture.width, picture.height);
      const pixels = resampleRgba(picture, width, height, "bilinear");
      return detectInstances(runs, { pixels, picture, anchors: files.anchors }, hooks);
    },
  };
}

function toFloatTensor({ data, shape }: RunOutput): { data: Float32Array; dims: readonly number[] } {
  if (!(data instanceof Float32Array)) throw new Error("the detector gives float32");
  return { data, dims: shape };
}
