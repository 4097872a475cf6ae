// The real DeiT-Tiny's stream, re-rooted head and CAM target, by the maps that independent code made from them.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { ClassifierAnatomy, FeatureMap } from "../../src/core/anatomy/anatomy.ts";
import { dissectClassifier } from "../../src/core/anatomy/dissect-classifier.ts";
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import { rerootHead } from "../../src/core/anatomy/reroot-head.ts";
import { differentiate } from "../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { canonicalise } from "../../src/core/onnx/canonical/canonicalise.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { readOnnx } from "../../src/core/onnx/read-onnx.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { normalisePixels } from "../../src/core/vision/normalise.ts";
import { relativeError } from "../support/golden.ts";
import { cropOf, type GoldenReal, readGoldenReal } from "../support/golden-real.ts";
import { runModel } from "../support/ort.ts";
import { readPicture } from "../support/pictures.ts";
import type { Outputs } from "../support/stream-model.ts";
import { missing, witnesses } from "../support/witnesses.ts";

const skipped = missing("goldenReal", "models");

describe.skipIf(skipped)(`DeiT-Tiny taken apart${skipped}`, () => {
  const goldens = skipped ? [] : readGoldenReal().slice(0, 2);
  let model: OnnxModel;
  let anatomy: ClassifierAnatomy;
  let target: FeatureMap;

  beforeAll(() => {
    const mirrored = deitTiny.files[0]!.sources.find(({ kind }) => kind === "mirror")!;
    const original = readOnnx(new Uint8Array(readFileSync(resolve(witnesses.models, mirrored.location))));
    const inputShapes = new Map([["pixel_values", [1, 3, 224, 224]]]);
    model = canonicalise(original, { inputShapes });
    const dissected = dissectClassifier(model);
    if (dissected.kind !== "transformer") throw new Error("no transformer");
    anatomy = dissected.anatomy;
    target = dissected.featureMaps.at(-1)!;
  });

  it("has a stream of twelve blocks, which the head reads at the class token", () => {
    expect(anatomy.stream!.blocks).toHaveLength(12);
    expect(anatomy.stream!.head.readings).toEqual([{ kind: "token", tokens: [0] }]);
    expect(anatomy.gaps).toEqual([]);
    expect(target.places).toEqual({ kind: "tokens", axis: 1, first: 1, grid: { rows: 14, columns: 14 } });
  });

  it.each(
    goldens.flatMap((golden) =>
      (["mean", "head"] as const).map((pooling) => ({ golden, pooling, file: golden.file })),
    ),
  )("LeGrad of $file, pooling $pooling", async ({ golden, pooling }) => {
    const [klass] = golden.classes;
    const { stream, attention, logits } = anatomy;
    let grown = model;
    const wanted: string[] = [];
    for (const [layer, { output }] of stream!.blocks.entries()) {
      const head = rerootHead(grown, stream!, {
        ...{ tensor: output, pooling, tokens: anatomy.tokens!, scores: logits.name },
      });
      const local = differentiate(head.model, {
        seeds: [{ tensor: head.output, upstream: { values: oneHot(logits.classes!, klass!) } }],
        wanted: [attention[layer]!.tensor],
        rules: gradient,
      });
      grown = local.model;
      wanted.push(...local.gradients.values());
    }
    const outputs = await run(grown, wanted, golden);
    const perLayer = wanted.map((name) => leGrad(outputs[name]!.data, outputs[name]!.shape));
    const maps = golden.maps.filter(({ method, cls }) => method === "legrad_classifier" && cls === klass);
    const pool = pooling === "mean" ? "mean" : "cls";
    for (const [layers, first] of [
      ["all", 0],
      ["last2", 10],
    ] as const) {
      const expected = maps.find((map) => {
        const { layers: used, pool: pooled } = map as typeof map & Record<"layers" | "pool", string>;
        return used === layers && pooled === pool;
      })!;
      const sum = Float64Array.from({ length: 196 }, (_, patch) => {
        return perLayer.slice(first).reduce((total, map) => total + map[patch]!, 0);
      });
      expect(relativeError(minMax(sum), expected.map as number[]), layers).toBeLessThan(1e-3);
    }
  });

  it.each(goldens)("Grad-CAM of $file at the last block's first norm", async (golden) => {
    const [klass] = golden.classes;
    const seed = oneHot(anatomy.logits.classes!, klass!);
    const { model: grown, gradients } = differentiate(exposeOutputs(model, [target.tensor]), {
      seeds: [{ tensor: anatomy.logits.name, upstream: { values: seed } }],
      wanted: [target.tensor],
      rules: gradient,
    });
    const name = gradients.get(target.tensor)!;
    const outputs = await run(grown, [target.tensor, name], golden);
    const [values, slopes] = [outputs[target.tensor]!.data, outputs[name]!.data];
    const channels = target.channels!;
    const at = (patch: number, channel: number) => (patch + 1) * channels + channel;
    const weights = Float64Array.from({ length: channels }, (_, channel) => {
      return (
        Array.from({ length: 196 }, (__, patch) => slopes[at(patch, channel)]!).reduce((a, b) => a + b) / 196
      );
    });
    const map = Float64Array.from({ length: 196 }, (_, patch) => {
      return weights.reduce((sum, weight, channel) => sum + weight * values[at(patch, channel)]!, 0);
    });
    const expected = golden.maps.find(({ method, cls }) => method === "gradcam_norm1_raw" && cls === klass)!;
    expect(relativeError(map, expected.map as number[])).toBeLessThan(1e-3);
  });
});

async function run(model: OnnxModel, names: readonly string[], golden: GoldenReal): Promise<Outputs> {
  const data = normalisePixels(await readPicture(cropOf(golden)), golden.mean, golden.std);
  const { bytes, externalData } = writeOnnx(model, { externalise: { path: "weights", minimumBytes: 1024 } });
  return runModel(
    bytes,
    { pixel_values: { data, shape: [1, 3, 224, 224] } },
    { outputs: names, externalData },
  );
}

function oneHot(length: number, klass: number): readonly number[] {
  return Array.from({ length }, (_, each) => Number(each === klass));
}

/** Mean over heads and queries of what is positive, for every patch. */
function leGrad(slopes: ArrayLike<number>, shape: readonly number[]): Float64Array {
  const [, heads, tokens] = shape as readonly [number, number, number];
  const map = new Float64Array(tokens - 1);
  for (let row = 0; row < heads * tokens; row++) {
    for (let patch = 0; patch < map.length; patch++) {
      map[patch]! += Math.max(slopes[row * tokens + patch + 1]!, 0) / (heads * tokens);
    }
  }
  return map;
}

function minMax(map: Float64Array): Float64Array {
  const [low, high] = [Math.min(...map), Math.max(...map)];
  return map.map((value) => (value - low) / (high - low));
}
