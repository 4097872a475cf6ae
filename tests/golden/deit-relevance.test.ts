// Transformer attribution of the real DeiT-Tiny on photographs against the authors' code: in single precision as far as
// its divisions near zero let maps agree, and once in double precision, where they do.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dissect } from "../../src/core/anatomy/dissect.ts";
import { initialOptions } from "../../src/core/attribution/method.ts";
import { relevancePass } from "../../src/core/attribution/relevance-pass.ts";
import type { AttentionStack, FloatArray } from "../../src/core/attribution/tensors.ts";
import { transformerAttribution } from "../../src/core/attribution/transformer-attribution.ts";
import { differentiateEach } from "../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { makeNode } from "../../src/core/onnx/build.ts";
import { canonicalise } from "../../src/core/onnx/canonical/canonicalise.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { readOnnx } from "../../src/core/onnx/read-onnx.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { normalisePixels } from "../../src/core/vision/normalise.ts";
import { evaluate } from "../support/evaluate.ts";
import { relativeError } from "../support/golden.ts";
import { cropOf, type GoldenMap, type GoldenReal, readGoldenReal } from "../support/golden-real.ts";
import { openModel } from "../support/ort.ts";
import { readPicture } from "../support/pictures.ts";
import { rankCorrelation } from "../support/ranks.ts";
import { oneHot } from "../support/relevance.ts";
import { missing, witnesses } from "../support/witnesses.ts";

const skipped = missing("goldenReal", "models");
const side = 224;
const { options } = transformerAttribution;

interface Relevance {
  readonly attentionGradient: AttentionStack;
  readonly attentionRelevance: AttentionStack;
}

type Run = (pixels: Float32Array, klass: number) => Promise<Relevance>;

describe.skipIf(skipped)(`DeiT-Tiny's transformer attribution on photographs${skipped}`, () => {
  const goldens = skipped ? [] : readGoldenReal();
  const correlations = new Map<number, number[]>();
  let run: Run;
  beforeAll(async () => {
    run = await openDeit();
  });

  afterAll(() => {
    for (const [start, found] of correlations)
      console.log(
        `start ${start}: rank correlation ${mean(found).toFixed(4)}, least ${Math.min(...found).toFixed(4)}`,
      );
  });

  test.each(goldens.map((golden) => [golden.file, golden] as const))("%s", async (_, golden) => {
    const pixels = normalisePixels(await readPicture(cropOf(golden)), golden.mean, golden.std);
    for (const klass of golden.classes) {
      const cases = casesOf(golden, klass);
      expect(cases.length).toBeGreaterThan(0);
      const step = transformerAttribution.explainer(await run(pixels, klass));
      for (const { map, start_layer } of cases) {
        const startLayer = start_layer!;
        const found = rankCorrelation(step({ ...initialOptions(options), startLayer }), map as number[]);
        correlations.set(startLayer, [...(correlations.get(startLayer) ?? []), found]);
      }
    }
  });

  test("in double precision, with the authors' normalisation, it is the authors' map", {
    timeout: 600_000,
  }, async () => {
    const golden = goldens[0]!;
    const [klass] = golden.classes;
    const pixels = normalisePixels(await readPicture(cropOf(golden)), golden.mean, golden.std);
    const step = transformerAttribution.explainer(inDoublePrecision(pixels, klass!));
    const cases = casesOf(golden, klass!);
    expect(cases.length).toBeGreaterThan(0);
    for (const { map, start_layer } of cases) {
      const found = step({ ...initialOptions(options), startLayer: start_layer! });
      // What remains is the file's own constants, and its scale before the product of queries and keys.
      expect(relativeError(found, map as number[])).toBeLessThan(1e-2);
      expect(rankCorrelation(found, map as number[])).toBeGreaterThan(0.999);
    }
  });

  test("ranks patches as the authors' code does, as far as its divisions near zero leave that open", () => {
    expect(correlations.size).toBeGreaterThan(0);
    for (const found of correlations.values()) expect(mean(found)).toBeGreaterThan(0.9);
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function casesOf({ maps }: GoldenReal, klass: number): readonly GoldenMap[] {
  return maps.filter(({ method, cls }) => method === "cvpr21_transformer_attribution" && cls === klass);
}

/** The file as hubs publish it, in canonical form, with gradients and relevance at every attention map. */
function withPasses(edit: (model: OnnxModel) => OnnxModel) {
  const mirrored = deitTiny.files[0].sources.find(({ kind }) => kind === "mirror")!;
  const file = readOnnx(readFileSync(resolve(witnesses.models, mirrored.location)));
  const inputShapes = new Map([[dissect(file).input.name, [1, 3, side, side]]]);
  const canonical = edit(canonicalise(file, { inputShapes }));
  const { input, logits, attention, prefixTokens } = dissect(canonical);
  const wanted = attention.map(({ tensor }) => tensor);
  const { rules } = relevancePass({ table: "lrp", layers: "ours" });
  const seeds = (name: string) => [{ tensor: logits.name, upstream: { input: name } }];
  const { model, passes } = differentiateEach(
    canonical,
    [
      { seeds: seeds("gradient"), wanted, rules: gradient },
      { seeds: seeds("relevance"), wanted, rules },
    ],
    inputShapes,
  );
  const names = passes.map(({ gradients }) => wanted.map((name) => gradients.get(name)!));
  return {
    model,
    names: names as [string[], string[]],
    input: input.name,
    classes: logits.classes!,
    prefixTokens,
  };
}

interface Matrices {
  readonly data: FloatArray;
  readonly shape: readonly number[];
}

/** @param read what arrived, `[1,H,N,N]`, by name. */
function relevanceFrom(
  { names: [slopes, arrived], prefixTokens }: ReturnType<typeof withPasses>,
  read: (name: string) => Matrices,
): Relevance {
  const stack = (wanted: readonly string[]): AttentionStack => {
    const [heads, tokens] = read(wanted[0]!).shape.slice(-3) as [number, number];
    const layers = wanted.map((name) => read(name).data);
    return { layers, heads, tokens, prefixTokens: prefixTokens!, outputTokens: [0] };
  };
  return { attentionGradient: stack(slopes), attentionRelevance: stack(arrived) };
}

async function openDeit(): Promise<Run> {
  const opened = withPasses((model) => model);
  const { bytes, externalData } = writeOnnx(opened.model, {
    externalise: { path: "weights", minimumBytes: 1024 },
  });
  const runner = await openModel(bytes, externalData);
  return async (pixels, klass) => {
    const start = { data: Float32Array.from(oneHot(opened.classes, klass).data), shape: [1, opened.classes] };
    const picture = { data: pixels, shape: [1, 3, side, side] };
    const outputs = await runner.run({ [opened.input]: picture, gradient: start, relevance: start });
    return relevanceFrom(opened, (name) => outputs[name]! as Matrices);
  };
}

/** The authors' network adds 1e-6 to variances, but 1e-5 before the head; the file adds 1e-12. */
function inDoublePrecision(pixels: Float32Array, klass: number): Relevance {
  const opened = withPasses((model) => {
    const last = model.graph.nodes.filter(({ opType }) => opType === "LayerNormalization").at(-1);
    const nodes = model.graph.nodes.map((node) => {
      if (node.opType !== "LayerNormalization") return node;
      const epsilon = { float: node === last ? 1e-5 : 1e-6 };
      return makeNode(node.opType, node.inputs, node.outputs, { axis: -1, epsilon });
    });
    return { ...model, graph: { ...model.graph, nodes } };
  });
  const start = oneHot(opened.classes, klass);
  const picture = { dims: [1, 3, side, side], data: pixels };
  const feeds = { [opened.input]: picture, gradient: start, relevance: start };
  const outputs = evaluate(opened.model, feeds, opened.names.flat());
  return relevanceFrom(opened, (name) => {
    const { data, dims } = outputs[name]!;
    return { data: data as Float64Array, shape: dims };
  });
}
