// Grad-CAM of the real DeiT-Tiny on photographs, through onnxruntime, against pytorch-grad-cam.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dissectClassifier } from "../../src/core/anatomy/dissect-classifier.ts";
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import { gradCam, gradCamMap } from "../../src/core/attribution/grad-cam.ts";
import type { FeatureTensors } from "../../src/core/attribution/tensors.ts";
import { differentiate } from "../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { canonicalise } from "../../src/core/onnx/canonical/canonicalise.ts";
import { readOnnx } from "../../src/core/onnx/read-onnx.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { normalisePixels } from "../../src/core/vision/normalise.ts";
import { relativeError } from "../support/golden.ts";
import { cropOf, type GoldenReal, readGoldenReal } from "../support/golden-real.ts";
import { openModel, type RunOutput } from "../support/ort.ts";
import { readPicture } from "../support/pictures.ts";
import { oneHot } from "../support/relevance.ts";
import { missing, witnesses } from "../support/witnesses.ts";

const skipped = missing("goldenReal", "models");
const side = 224;

type Run = (pixels: Float32Array, klass: number) => Promise<FeatureTensors>;

describe.skipIf(skipped)(`DeiT-Tiny's Grad-CAM on photographs${skipped}`, () => {
  const goldens = skipped ? [] : readGoldenReal();
  let run: Run;
  let worst = 0;
  beforeAll(async () => {
    run = await openDeit();
  });

  afterAll(() => console.log(`${gradCam.id} on photographs: ${worst.toExponential(1)}`));

  test("there are photographs", () => expect(goldens.length).toBeGreaterThan(0));

  test.each(goldens.map((golden) => [golden.file, golden] as const))("%s", async (_, golden) => {
    const pixels = normalisePixels(await readPicture(cropOf(golden)), golden.mean, golden.std);
    for (const klass of golden.classes) {
      const features = await run(pixels, klass);
      const raw = relativeError(gradCamMap(features), mapOf(golden, "gradcam_norm1_raw", klass));
      const shown = fromZeroToOne(gradCam.explainer({ features })({ layer: 0 }));
      worst = Math.max(worst, raw);
      expect(raw).toBeLessThan(1e-3);
      expect(relativeError(shown, mapOf(golden, "gradcam_norm1", klass))).toBeLessThan(1e-3);
    }
  });
});

function mapOf({ maps }: GoldenReal, wanted: string, klass: number): readonly number[] {
  return maps.find(({ method, cls }) => method === wanted && cls === klass)!.map as readonly number[];
}

/** As the library does before it enlarges the map. */
function fromZeroToOne(map: Float64Array): Float64Array {
  const least = Math.min(...map);
  const range = 1e-7 + Math.max(...map) - least;
  return map.map((value) => (value - least) / range);
}

/** The file as hubs publish it, with the gradient at what its last attention reads. */
async function openDeit(): Promise<Run> {
  const mirrored = deitTiny.files[0].sources.find(({ kind }) => kind === "mirror")!;
  const file = readOnnx(new Uint8Array(readFileSync(resolve(witnesses.models, mirrored.location))));
  const shape = [1, 3, side, side];
  const inputShapes = new Map([[dissectClassifier(file).anatomy.input.name, shape]]);
  const model = canonicalise(file, { inputShapes });
  const dissected = dissectClassifier(model);
  if (dissected.kind !== "transformer") throw new Error("no transformer");
  const { input, logits } = dissected.anatomy;
  const { tensor, channels, grid, places } = dissected.featureMaps.at(-1)!;
  if (places.kind !== "tokens") throw new Error("no tokens");
  const { model: extended, gradients } = differentiate(exposeOutputs(model, [tensor]), {
    seeds: [{ tensor: logits.name, upstream: { input: "seed" } }],
    wanted: [tensor],
    rules: gradient,
    inputShapes,
  });
  const { bytes, externalData } = writeOnnx(extended, {
    externalise: { path: "weights", minimumBytes: 1024 },
  });
  const runner = await openModel(bytes, externalData);
  const cells = grid!.rows * grid!.columns;
  const turned = ({ data }: RunOutput) =>
    Float64Array.from({ length: channels! * cells }, (_, at) => {
      return data[(places.first + (at % cells)) * channels! + Math.floor(at / cells)]!;
    });
  return async (pixels, klass) => {
    const { dims, data } = oneHot(logits.classes!, klass);
    const seed = { data: Float32Array.from(data), shape: dims };
    const outputs = await runner.run({ [input.name]: { data: pixels, shape }, seed });
    return {
      activation: turned(outputs[tensor]!),
      gradient: turned(outputs[gradients.get(tensor)!]!),
      channels: channels!,
      ...grid!,
    };
  };
}
