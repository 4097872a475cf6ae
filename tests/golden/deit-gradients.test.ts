// Maps of the real DeiT-Tiny that are made of attention gradients, against the authors' code on photographs.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { dissect } from "../../src/core/anatomy/dissect.ts";
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import { normaliseByMaximum } from "../../src/core/attribution/normalise-map.ts";
import { propagateRow } from "../../src/core/attribution/propagate.ts";
import { differentiate } from "../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { indexGraph } from "../../src/core/onnx/graph-index.ts";
import { readOnnx } from "../../src/core/onnx/read-onnx.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { normalisePixels } from "../../src/core/vision/normalise.ts";
import { relativeError } from "../support/golden.ts";
import { cropOf, type GoldenMap, type GoldenReal, readGoldenReal } from "../support/golden-real.ts";
import { openModel } from "../support/ort.ts";
import { readPicture } from "../support/pictures.ts";
import { missing, witnesses } from "../support/witnesses.ts";

const skipped = missing("goldenReal", "models");
const side = 224;
const [heads, tokens] = [3, 197];

/** What one layer gives for a class: `[H,N,N]` each. */
interface Layer {
  readonly attention: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  readonly attentionGradient: ArrayLike<number>;
  readonly scoresGradient: ArrayLike<number>;
}

type Run = (input: Float32Array, klass: number) => Promise<readonly Layer[]>;

describe.skipIf(skipped)(`DeiT-Tiny's attention gradients on photographs${skipped}`, () => {
  const goldens = skipped ? [] : readGoldenReal();
  let run: Run;
  beforeAll(async () => {
    run = await openDeit();
  });

  test.each(goldens.map((golden) => [golden.file, golden] as const))("%s", async (_, golden) => {
    const input = normalisePixels(await readPicture(cropOf(golden)), golden.mean, golden.std);
    for (const klass of golden.classes) {
      const layers = await run(input, klass);
      const cases = casesOf(golden, klass);
      expect(cases.map(({ method }) => method).sort()).toEqual(Object.keys(maps).flatMap(repeated).sort());
      for (const each of cases) {
        const map = maps[each.method]!(layers, each.variant);
        const label = `${each.method} ${each.variant ?? ""} ${klass}`;
        expect(relativeError(scaledAs(each, map), each.map as number[]), label).toBeLessThan(1e-3);
      }
    }
  });

  test("there are photographs", () => expect(goldens.length).toBeGreaterThan(0));
});

/** The maps of a class that need no discarding, whose ties single precision decides. */
function casesOf(golden: GoldenReal, klass: number): readonly GoldenMap[] {
  return golden.maps.filter(
    (each) => each.cls === klass && Object.hasOwn(maps, each.method) && (each.discard ?? 0) === 0,
  );
}

/** Gradient rollout comes in three variants. */
function repeated(method: string): readonly string[] {
  return method === "grad_rollout" ? [method, method, method] : [method];
}

const maps: Readonly<Record<string, (layers: readonly Layer[], variant?: string) => Float64Array>> = {
  grad_rollout: gradientRollout,
  iccv21: transformerMm,
  agcam: agCam,
  attn_gradcam: attentionGradCam,
};

/** See methods.md: as written, layers are paired in reverse and gradients are those of the scores. */
function gradientRollout(layers: readonly Layer[], variant?: string): Float64Array {
  let row = firstToken();
  for (let at = layers.length - 1; at >= 0; at--) {
    const paired = variant === "as_written" ? layers[layers.length - 1 - at]! : layers[at]!;
    const weights = variant === "intended" ? paired.attentionGradient : paired.scoresGradient;
    const fused = Float64Array.from({ length: tokens * tokens }, (_, place) => {
      const mean = headMean((head) => layers[at]!.attention[head + place]! * weights[head + place]!);
      return Math.max(mean, 0);
    });
    row = propagateRow(row, fused, { threshold: Number.NEGATIVE_INFINITY, tied: [] }, false, "vit-explain");
  }
  return row.subarray(1);
}

/** `r <- r + r C` from the last layer to the first, `C = mean_h relu(G A)`. */
function transformerMm(layers: readonly Layer[]): Float64Array {
  const row = firstToken();
  for (const { attention, attentionGradient } of [...layers].reverse()) {
    const before = row.slice();
    for (let from = 0; from < tokens; from++) {
      for (let to = 0; to < tokens; to++) {
        const place = from * tokens + to;
        const relevance = headMean((head) =>
          Math.max(attention[head + place]! * attentionGradient[head + place]!, 0),
        );
        row[to]! += before[from]! * relevance;
      }
    }
  }
  return row.subarray(1);
}

/** Of all layers and heads, in the class token's row: positive gradients times the sigmoid of the scores. */
function agCam(layers: readonly Layer[]): Float64Array {
  return Float64Array.from({ length: tokens - 1 }, (_, patch) =>
    layers.reduce(
      (sum, { scores, attentionGradient }) =>
        sum +
        heads *
          headMean((head) => {
            const place = head + patch + 1;
            return Math.max(attentionGradient[place]!, 0) / (1 + Math.exp(-scores[place]!));
          }),
      0,
    ),
  );
}

/** Grad-CAM of the last layer's class token row, with heads as channels. */
function attentionGradCam(layers: readonly Layer[]): Float64Array {
  const { attention, attentionGradient } = layers.at(-1)!;
  const patches = Array.from({ length: tokens - 1 }, (_, patch) => patch + 1);
  const weightOf = (head: number) =>
    patches.reduce((sum, place) => sum + attentionGradient[head + place]! / patches.length, 0);
  return Float64Array.from(patches, (place) =>
    Math.max(
      headMean((head) => attention[head + place]! * weightOf(head)),
      0,
    ),
  );
}

function firstToken(): Float64Array {
  const row = new Float64Array(tokens);
  row[0] = 1;
  return row;
}

/** @param valueAt is given where a head's matrix starts. */
function headMean(valueAt: (start: number) => number): number {
  let sum = 0;
  for (let head = 0; head < heads; head++) sum += valueAt(head * tokens * tokens);
  return sum / heads;
}

/** As the goldens come: raw, divided by the maximum, or from 0 to 1. */
function scaledAs(golden: GoldenMap, map: Float64Array): Float64Array {
  if (golden.method === "grad_rollout") return normaliseByMaximum(map);
  if (golden.method !== "attn_gradcam") return map;
  const least = Math.min(...map);
  const range = Math.max(...map) - least;
  return map.map((value) => (range === 0 ? 0 : (value - least) / range));
}

/** The file as hubs publish it, with all gradients written in; only the seed differs between classes. */
async function openDeit(): Promise<Run> {
  const mirrored = deitTiny.files[0].sources.find(({ kind }) => kind === "mirror")!;
  const model = readOnnx(readFileSync(resolve(witnesses.models, mirrored.location)));
  const { input, logits, attention } = dissect(model);
  const { producers } = indexGraph(model.graph);
  const layers = attention.map(({ tensor }) => ({ tensor, scores: producers.get(tensor)!.inputs[0]! }));
  const shown = layers.flatMap(({ tensor, scores }) => [tensor, scores]);
  const { model: extended, gradients } = differentiate(model, {
    seeds: [{ tensor: logits.name, upstream: { input: "seed" } }],
    wanted: shown,
    rules: gradient,
    inputShapes: new Map([[input.name, [1, 3, side, side]]]),
  });
  const { bytes, externalData } = writeOnnx(exposeOutputs(extended, shown), {
    externalise: { path: "weights", minimumBytes: 1024 },
  });
  const runner = await openModel(bytes, externalData);
  return async (pixels, klass) => {
    const seed = new Float32Array(1000);
    seed[klass] = 1;
    const outputs = await runner.run({
      [input.name]: { data: pixels, shape: [1, 3, side, side] },
      seed: { data: seed, shape: [1, 1000] },
    });
    return layers.map(({ tensor, scores }) => ({
      attention: outputs[tensor]!.data,
      scores: outputs[scores]!.data,
      attentionGradient: outputs[gradients.get(tensor)!]!.data,
      scoresGradient: outputs[gradients.get(scores)!]!.data,
    }));
  };
}
