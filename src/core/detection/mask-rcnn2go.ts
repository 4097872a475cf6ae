// Finds instances with Mask R-CNN2Go: the network's three parts are run by the caller, everything between them is here.
import { XaiError } from "../errors.ts";
import type { RgbaImage } from "../vision/rgba-image.ts";
import { type Box, scaleBox } from "./boxes.ts";
import { type Candidate, chooseBoxes } from "./choose-boxes.ts";
import { detectorTensor, type FloatTensor, type PictureSize } from "./detector-input.ts";
import { type InstanceMask, pasteMask } from "./paste-mask.ts";
import { proposeRegions } from "./propose-regions.ts";

/** The network's parts as the caller runs them. `Features` is passed on untouched, so it may stay in the runtime. */
export interface DetectorRuns<Features> {
  /** `[1,3,H,W]` -> features, `rpn_probs` `[1,A,h,w]`, `rpn_deltas` `[1,4A,h,w]` */
  readonly runTrunk: (
    input: FloatTensor,
  ) => Promise<{ readonly features: Features; readonly scores: FloatTensor; readonly deltas: FloatTensor }>;
  /** Regions `[N,4]` -> `cls_prob` `[N,C]`, `bbox_pred` `[N,4C]` */
  readonly runBoxHead: (
    features: Features,
    regions: FloatTensor,
  ) => Promise<{ readonly probabilities: FloatTensor; readonly deltas: FloatTensor }>;
  /** Boxes `[N,4]` -> `mask_probs` `[N,C,side,side]` */
  readonly runMaskHead: (features: Features, boxes: FloatTensor) => Promise<FloatTensor>;
}

export interface DetectionInput {
  /** The whole picture at `planDetectorSize`. */
  readonly pixels: RgbaImage;
  /** Size of the picture itself. */
  readonly picture: PictureSize;
  /** `[A,4]`, as the converter found them in the network. */
  readonly anchors: Float32Array;
}

export interface DetectionHooks {
  /** Told when a stage begins, and for masks after each chunk. */
  readonly onStage?: (stage: DetectionStage) => void;
  /** Asked between runs. */
  readonly isCancelled?: () => boolean;
}

export interface DetectionStage {
  readonly stage: "forward" | "proposals" | "boxes" | "masks";
  readonly done?: number;
  readonly total?: number;
}

export interface Instance {
  /** Index into `cocoClasses`. */
  readonly classIndex: number;
  /** 0..1 */
  readonly score: number;
  /** In pixels of the picture. */
  readonly box: Box;
  /** In pixels of the mask canvas. */
  readonly mask: InstanceMask;
}

export interface Detections {
  /** Descending score. */
  readonly instances: readonly Instance[];
  /** Size of the picture that the masks are drawn on: the picture's own, unless its longest side passes the cap. */
  readonly canvas: PictureSize;
}

/** Boxes per run of the mask head: few enough to tell progress and to cancel, enough to fill the threads. */
const masksAtOnce = 8;
const longestCanvasSide = 1024;

/**
 * All instances of COCO classes with a score of at least one half, at most 100.
 * @throws job/cancelled when `isCancelled` says so between two runs.
 * @see He et al. 2017, https://arxiv.org/abs/1703.06870
 */
export async function detectInstances<Features>(
  runs: DetectorRuns<Features>,
  input: DetectionInput,
  { onStage = () => {}, isCancelled = () => false }: DetectionHooks = {},
): Promise<Detections> {
  const { pixels, picture } = input;
  const canvas = planMaskCanvas(picture);
  const enter = (stage: DetectionStage): void => {
    if (isCancelled()) throw new XaiError("job/cancelled", {});
    onStage(stage);
  };
  enter({ stage: "forward" });
  const trunk = await runs.runTrunk(detectorTensor(pixels));
  enter({ stage: "proposals" });
  const regions = proposeRegions(trunk.scores, trunk.deltas, input.anchors, pixels);
  if (regions.length === 0) return { instances: [], canvas };
  enter({ stage: "boxes" });
  const head = await runs.runBoxHead(trunk.features, boxTensor(regions));
  const candidates = chooseBoxes(head.probabilities, head.deltas, regions, pixels);
  const instances: Instance[] = [];
  for (let first = 0; first < candidates.length; first += masksAtOnce) {
    enter({ stage: "masks", done: first, total: candidates.length });
    const chunk = candidates.slice(first, first + masksAtOnce);
    const masks = await runs.runMaskHead(
      trunk.features,
      boxTensor(Float32Array.from(chunk.flatMap(corners))),
    );
    instances.push(
      ...chunk.map((candidate, index) => toInstance(candidate, masks, index, pixels, picture, canvas)),
    );
  }
  enter({ stage: "masks", done: candidates.length, total: candidates.length });
  return { instances, canvas };
}

/**
 * The picture's size, brought down to at most 1024 on the longest side so that toggling instances stays quick. Above
 * that, boxes are truncated to coarser pixels: a patch's share of foreground moves by about .001 on average.
 */
export function planMaskCanvas({ width, height }: PictureSize): PictureSize {
  const scale = Math.min(1, longestCanvasSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function toInstance(
  { classIndex, score, box }: Candidate,
  masks: FloatTensor,
  index: number,
  size: PictureSize,
  picture: PictureSize,
  canvas: PictureSize,
): Instance {
  const [, classes, side] = masks.dims;
  const start = (index * classes + classIndex) * side * side;
  const probabilities = masks.data.subarray(start, start + side * side);
  const onCanvas = scaleBox(box, canvas.width / size.width, canvas.height / size.height);
  return {
    classIndex,
    score,
    box: scaleBox(box, picture.width / size.width, picture.height / size.height),
    mask: pasteMask(probabilities, side, onCanvas, canvas),
  };
}

function corners({ box }: Candidate): readonly number[] {
  return [box.x0, box.y0, box.x1, box.y1];
}

function boxTensor(boxes: Float32Array): FloatTensor {
  return { data: boxes, dims: [boxes.length / 4, 4] };
}
