// Runs the published models on real pictures and times only what happens inside the runtime.
import type * as Ort from "onnxruntime-web/wasm";
import { type FloatTensor, planDetectorSize } from "../../src/core/detection/detector-input.ts";
import { detectInstances } from "../../src/core/detection/mask-rcnn2go.ts";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { prepareInput } from "../../src/core/vision/normalise.ts";
import { resampleRgba } from "../../src/core/vision/resample.ts";
import type { RgbaImage } from "../../src/core/vision/rgba-image.ts";
import type { BareRequest, BareResult, BareSetup } from "./protocol.ts";

interface Loaded {
  readonly ort: typeof Ort;
  readonly classifier: Ort.InferenceSession;
  readonly trunk: Ort.InferenceSession;
  readonly boxHead: Ort.InferenceSession;
  readonly maskHead: Ort.InferenceSession;
  readonly anchors: Float32Array;
}

let loaded: Loaded | undefined;

globalThis.onmessage = async ({ data }: MessageEvent<BareRequest>) => {
  try {
    postMessage(await answer(data));
  } catch (error) {
    postMessage(String(error));
  }
};

async function answer(request: BareRequest): Promise<BareResult> {
  if (request.kind === "load") {
    loaded = await load(request);
    return { milliseconds: 0, instances: 0 };
  }
  if (loaded === undefined) throw new Error("load comes first");
  const image = await decode(request.picture);
  return request.kind === "classify" ? classify(loaded, image) : detect(loaded, image);
}

async function load(setup: BareSetup): Promise<Loaded> {
  // A chunk of its own: the runtime's threads start from the file it is in, and must not run this one.
  const ort = await import("onnxruntime-web/wasm");
  ort.env.wasm.numThreads = setup.threads;
  const session = async (path: string) =>
    ort.InferenceSession.create(await fetchBytes(path), { executionProviders: ["wasm"] });
  const anchors = JSON.parse(new TextDecoder().decode(await fetchBytes(setup.anchors))) as number[][];
  return {
    ort,
    classifier: await session(setup.classifier),
    trunk: await session(setup.trunk),
    boxHead: await session(setup.boxHead),
    maskHead: await session(setup.maskHead),
    anchors: Float32Array.from(anchors.flat()),
  };
}

async function classify({ ort, classifier }: Loaded, image: RgbaImage): Promise<BareResult> {
  const { tensor } = prepareInput(image, deitTiny.preprocessing);
  const { size } = deitTiny.preprocessing;
  const clock = stopwatch();
  await clock.run(classifier, { pixel_values: new ort.Tensor("float32", tensor, [1, 3, size, size]) });
  return { milliseconds: clock.milliseconds(), instances: 0 };
}

async function detect(
  { ort, trunk, boxHead, maskHead, anchors }: Loaded,
  image: RgbaImage,
): Promise<BareResult> {
  const { width, height } = planDetectorSize(image.width, image.height);
  const pixels = resampleRgba(image, width, height, "bilinear");
  const clock = stopwatch();
  const { instances } = await detectInstances<Ort.Tensor>(
    {
      runTrunk: async (input) => {
        const outputs = await clock.run(trunk, { data: toTensor(ort, input) });
        return {
          features: outputs.features,
          scores: fromTensor(outputs.rpn_probs),
          deltas: fromTensor(outputs.rpn_deltas),
        };
      },
      runBoxHead: async (features, regions) => {
        const outputs = await clock.run(boxHead, { features, rois: toTensor(ort, regions) });
        return { probabilities: fromTensor(outputs.cls_prob), deltas: fromTensor(outputs.bbox_pred) };
      },
      runMaskHead: async (features, boxes) =>
        fromTensor((await clock.run(maskHead, { features, boxes: toTensor(ort, boxes) })).mask_probs),
    },
    { pixels, picture: image, anchors },
  );
  return { milliseconds: clock.milliseconds(), instances: instances.length };
}

/** Adds up the time spent inside `run`. */
function stopwatch() {
  let total = 0;
  return {
    async run(session: Ort.InferenceSession, feeds: Record<string, Ort.Tensor>) {
      const begin = performance.now();
      const outputs = await session.run(feeds);
      total += performance.now() - begin;
      return outputs;
    },
    milliseconds: () => total,
  };
}

function toTensor(ort: typeof Ort, { data, dims }: FloatTensor): Ort.Tensor {
  return new ort.Tensor("float32", data, dims);
}

function fromTensor({ data, dims }: Ort.Tensor): FloatTensor {
  return { data: data as Float32Array, dims };
}

async function decode(picture: Blob): Promise<RgbaImage> {
  const bitmap = await createImageBitmap(picture);
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (context === null) throw new Error("no 2d context");
  context.drawImage(bitmap, 0, 0);
  return { width, height, data: context.getImageData(0, 0, width, height).data as RgbaImage["data"] };
}

async function fetchBytes(path: string): Promise<Uint8Array> {
  const reply = await fetch(path);
  if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
  return new Uint8Array(await reply.arrayBuffer());
}
