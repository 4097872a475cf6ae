// The converter against an independent conversion of the same network: every weight, and the outputs on a photograph.
import { resolve } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { convertMaskRcnn2Go, type MaskRcnn2GoFiles } from "../../src/core/caffe2/convert-mask-rcnn2go.ts";
import { detectorTensor, planDetectorSize } from "../../src/core/detection/detector-input.ts";
import { toXaiError } from "../../src/core/errors.ts";
import type { Tensor } from "../../src/core/onnx/model.ts";
import { readOnnx } from "../../src/core/onnx/read-onnx.ts";
import { resampleRgba } from "../../src/core/vision/resample.ts";
import { readDetectorFile } from "../support/detector.ts";
import { type Feed, largestDifference, type RunOutput, runModel } from "../support/ort.ts";
import { readPicture } from "../support/pictures.ts";
import { missing, witnesses } from "../support/witnesses.ts";

const skipped = missing("models", "images");
const parts = [
  { part: "trunk", reference: "maskrcnn2go_trunk_rpn_fp32.onnx" },
  { part: "boxHead", reference: "maskrcnn2go_box_head_fp32.onnx" },
  { part: "maskHead", reference: "maskrcnn2go_mask_head_fp32.onnx" },
] as const;

describe.skipIf(skipped !== "")(`Mask R-CNN2Go from its Caffe2 pair${skipped}`, () => {
  let files: MaskRcnn2GoFiles;
  let feeds: Readonly<Record<(typeof parts)[number]["part"], Readonly<Record<string, Feed>>>>;
  beforeAll(async () => {
    files = convertMaskRcnn2Go(readDetectorFile("int8_model.pb"), readDetectorFile("int8_model_init.pb"));
    feeds = await photographFeeds();
  });

  test("the anchors are those listed beside the model", () => {
    const listed: readonly (readonly number[])[] = JSON.parse(
      new TextDecoder().decode(readDetectorFile("anchors.json")),
    );
    expect([...files.anchors]).toEqual(listed.flat().map(Math.fround));
  });

  test.each(parts)("$part: weights and limits are the same bits", ({ part, reference }) => {
    const ours = readOnnx(files[part]).graph.initializers;
    const theirs = readOnnx(readDetectorFile(reference)).graph.initializers.filter(isFloat);
    expect(ours.length).toBe(theirs.length);
    const known = new Map(ours.map((tensor) => [tensor.name, tensor]));
    for (const tensor of theirs) {
      const counterpart = known.get(nameHere(tensor.name));
      expect(counterpart?.dims, tensor.name).toEqual(tensor.dims);
      expect(Buffer.compare(rawBytes(counterpart!), rawBytes(tensor)), tensor.name).toBe(0);
    }
  });

  test.each(parts)("$part: the outputs on a photograph agree to 1e-5", async ({ part, reference }) => {
    const ours = await runModel(files[part], feeds[part]);
    const theirs = await runModel(readDetectorFile(reference), feeds[part]);
    expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
    for (const [name, { data, shape }] of Object.entries(theirs)) {
      expect(ours[name].shape, name).toEqual(shape);
      expect(largestDifference(ours[name].data, data), name).toBeLessThanOrEqual(1e-5);
    }
  });

  test("a damaged network gives files or a caffe2 error, nothing else", () => {
    const network = readDetectorFile("int8_model.pb");
    const weights = readDetectorFile("int8_model_init.pb");
    const change = fc.tuple(fc.nat(network.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(20), (changes, cut) => {
        const bytes = Uint8Array.from(network);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          convertMaskRcnn2Go(bytes.subarray(0, bytes.length - Math.max(0, cut - 15)), weights);
        } catch (error) {
          expect(toXaiError(error).code).toMatch(/^caffe2\//);
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** A real picture for the trunk, its features from the reference for the heads, and boxes of all kinds. */
async function photographFeeds() {
  const picture = await readPicture(resolve(witnesses.images, "chefer/catdog.png"));
  const { width, height } = planDetectorSize(picture.width, picture.height);
  const { data, dims } = detectorTensor(resampleRgba(picture, width, height, "bilinear"));
  const trunk = { data: { data, shape: dims } };
  const features: RunOutput = (await runModel(readDetectorFile(parts[0].reference), trunk)).features;
  const corners = [0, 0, width - 1, height - 1, 10.5, 20.25, 99.75, 200, 150, 150, 150, 150, 7, 9, 12, 240];
  const boxes = { data: Float32Array.from(corners), shape: [corners.length / 4, 4] };
  return { trunk, boxHead: { features, rois: boxes }, maskHead: { features, boxes } };
}

/** The reference drops `_int8` from the names of weights and calls the ends of a value's range `_lo` and `_hi`. */
function nameHere(name: string): string {
  if (name.endsWith("_lo")) return `${name.slice(0, -3)}_lowest`;
  if (name.endsWith("_hi")) return `${name.slice(0, -3)}_highest`;
  return `${name}_int8`;
}

function isFloat({ elementType }: Tensor): boolean {
  return elementType === 1;
}

function rawBytes({ data }: Tensor): Uint8Array {
  if (data.kind === "raw" || data.kind === "packed") return data.bytes;
  throw new Error(`unexpected tensor data: ${data.kind}`);
}
