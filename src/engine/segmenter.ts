// Mask R-CNN2Go in this worker: its three parts as sessions, and one picture at a time through them.
import type { OnProgress } from "../bridge/contract.ts";
import { convertMaskRcnn2Go } from "../core/caffe2/convert-mask-rcnn2go.ts";
import type { FloatTensor, PictureSize } from "../core/detection/detector-input.ts";
import { type Detections, type DetectorRuns, detectInstances } from "../core/detection/mask-rcnn2go.ts";
import type { RgbaImage } from "../core/vision/rgba-image.ts";
import { breathe } from "./jobs.ts";
import { createSession, type PlainTensor, run, type Session } from "./ort.ts";
import { toFloat32 } from "./tensor-values.ts";

export interface Segmenter {
  /**
   * @param pixels the whole picture at the detector's size.
   * @param picture size of the picture itself.
   * @throws job/cancelled, engine/run-failed, engine/worker-crashed
   */
  segment(
    pixels: RgbaImage,
    picture: PictureSize,
    signal: AbortSignal,
    onProgress: OnProgress,
  ): Promise<{ readonly detections: Detections; readonly forwardMilliseconds: number }>;
}

interface Parts {
  readonly trunk: Session;
  readonly boxHead: Session;
  readonly maskHead: Session;
}

/**
 * Converts the Caffe2 pair and creates the sessions.
 * @param files the bytes of `model.pb` and of `model_init.pb`.
 * @throws caffe2/malformed, caffe2/unsupported-operator, engine/session-failed, job/cancelled
 */
export async function loadSegmenter(
  files: readonly [network: Uint8Array, weights: Uint8Array],
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Segmenter> {
  onProgress({ stage: "convert" });
  const { trunk, boxHead, maskHead, anchors } = convertMaskRcnn2Go(...files);
  const sessions: Session[] = [];
  const parts = Object.entries({ trunk, boxHead, maskHead });
  for (const [index, [part, model]] of parts.entries()) {
    onProgress({ stage: "session", done: index, total: parts.length, unit: "items" });
    await breathe(signal);
    sessions.push(await createSession({ name: `Mask R-CNN2Go, ${part}`, model }));
  }
  return createSegmenter({ trunk: sessions[0], boxHead: sessions[1], maskHead: sessions[2] }, anchors);
}

function createSegmenter(parts: Parts, anchors: Float32Array): Segmenter {
  return {
    async segment(pixels, picture, signal, onProgress) {
      const timed = { milliseconds: 0 };
      const detections = await detectInstances(
        runsOf(parts, signal, timed),
        { pixels, picture, anchors },
        {
          isCancelled: () => signal.aborted,
          onStage: (stage) => onProgress(stage.total === undefined ? stage : { ...stage, unit: "items" }),
        },
      );
      return { detections, forwardMilliseconds: timed.milliseconds };
    },
  };
}

/** The three parts as functions; each lets messages in first, so that a cancel is noticed between any two runs. */
function runsOf(
  parts: Parts,
  signal: AbortSignal,
  timed: { milliseconds: number },
): DetectorRuns<PlainTensor> {
  async function runPart<Name extends string>(
    session: Session,
    feeds: Readonly<Record<string, PlainTensor>>,
    fetches: readonly Name[],
  ): Promise<Readonly<Record<Name, PlainTensor>>> {
    await breathe(signal);
    const begin = performance.now();
    const results = await run(session, feeds, fetches);
    timed.milliseconds += performance.now() - begin;
    return results;
  }
  return {
    async runTrunk(input) {
      const fetches = ["features", "rpn_probs", "rpn_deltas"] as const;
      const results = await runPart(parts.trunk, { data: plain(input) }, fetches);
      return {
        features: results.features,
        scores: float(results.rpn_probs),
        deltas: float(results.rpn_deltas),
      };
    },
    async runBoxHead(features, regions) {
      const feeds = { features, rois: plain(regions) };
      const results = await runPart(parts.boxHead, feeds, ["cls_prob", "bbox_pred"] as const);
      return { probabilities: float(results.cls_prob), deltas: float(results.bbox_pred) };
    },
    async runMaskHead(features, boxes) {
      const feeds = { features, boxes: plain(boxes) };
      return float((await runPart(parts.maskHead, feeds, ["mask_probs"] as const)).mask_probs);
    },
  };
}

function plain({ data, dims }: FloatTensor): PlainTensor {
  return { type: "float32", data, dims };
}

function float(tensor: PlainTensor): FloatTensor {
  return { data: toFloat32(tensor), dims: tensor.dims };
}
