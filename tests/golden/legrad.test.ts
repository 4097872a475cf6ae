// LeGrad against its authors' numbers on the tiny CLIP and the tiny SigLIP, in double precision.
import { describe, expect, test } from "vitest";
import { rerootHead } from "../../src/core/anatomy/reroot-head.ts";
import { legrad, legradClip } from "../../src/core/attribution/legrad.ts";
import { legradPooler } from "../../src/core/attribution/legrad-pooler.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import type { Numbers } from "../support/evaluate.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { goldenClip } from "../support/golden-clip.ts";
import { createGradients, goldenAttentionStack, goldenValues } from "../support/golden-gradients.ts";
import { goldenSiglip } from "../support/golden-siglip.ts";
import { goldenLayers, goldenSizes } from "../support/golden-sizes.ts";
import { type VitWeights, vitValues } from "../support/golden-vit-parts.ts";
import { noteError } from "../support/measured-errors.ts";
import { stretched } from "../support/stretched.ts";
import { upsampled } from "../support/upsampled.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("golden");
const tolerance = 1e-10;

interface LayerCase {
  readonly layer: number;
  readonly prompt: number;
  readonly score: number;
  readonly grad: GoldenArray;
  readonly grid: GoldenArray;
}

interface RangeCase {
  readonly layer_index: number;
  readonly starting_depth: number;
  readonly single: readonly GoldenArray[];
  readonly multi: GoldenArray;
  readonly per_layer: readonly LayerCase[];
}

interface Golden {
  readonly text_embedding_raw: GoldenArray;
  readonly layers: readonly RangeCase[];
  readonly extra_params: VitWeights;
}

describe.skipIf(skipped)(`LeGrad of CLIP${skipped}`, () => {
  const golden = skipped ? undefined : readGolden<Golden>("legrad_clip_f64.json");
  const { model, embedding } = skipped
    ? ({} as ReturnType<typeof goldenClip>)
    : goldenClip(golden!.extra_params);
  const ranges = golden?.layers ?? [];
  const cases = ranges.flatMap((range) =>
    range.single.map((map, prompt) => [range.layer_index, prompt, range, map] as const),
  );
  const known = new Map<number, ReturnType<typeof localGradient>>();

  /** What the text embedding says of the picture's embedding after each layer, and its gradient at the attention. */
  function localGradient(prompt: number) {
    const text = textEmbedding(golden!.text_embedding_raw, prompt);
    const results = goldenLayers.map((layer) => scoreAfter(model, embedding, layer, text));
    return {
      scores: results.map(({ score }) => score),
      stack: goldenAttentionStack(results.map(({ slopes }) => slopes)),
    };
  }

  function ofPrompt(prompt: number) {
    const found = known.get(prompt) ?? localGradient(prompt);
    known.set(prompt, found);
    return found;
  }

  test("has cases", () => expect(cases.length).toBeGreaterThan(0));

  test.each(cases)("layer index %d, prompt %d", (index, prompt, range, map) => {
    const { scores, stack } = ofPrompt(prompt);
    for (const { layer, score, grad, grid } of range.per_layer.filter((each) => each.prompt === prompt)) {
      expect(Math.abs(scores[layer]! - score)).toBeLessThan(tolerance);
      expect(relativeError(stack.layers[layer]!, toNumbers(grad))).toBeLessThan(tolerance);
      const single = { firstLayer: layer, lastLayer: layer, pooling: "mean" } as const;
      const error = relativeError(legrad.explainer({ localGradient: stack })(single), toNumbers(grid));
      expect(error).toBeLessThan(tolerance);
    }
    const options = { ...legradClip, firstLayer: index };
    expect(legrad.variant!(options)).toEqual({ pooling: "mean" });
    const ours = legrad.explainer({ localGradient: stack })(options);
    if (isUndefined(map)) return expectEmpty(ours);
    const error = relativeError(stretched(upsampled(ours)), toNumbers(map));
    expect(noteError("legrad", "tiny", error)).toBeLessThan(tolerance);
    const pixels = goldenSizes.side ** 2;
    const together = toNumbers(range.multi).slice(pixels * prompt, pixels * (prompt + 1));
    expect(relativeError(stretched(upsampled(ours)), together)).toBeLessThan(tolerance);
  });
});

interface PoolerCase {
  readonly layer_index: number;
  readonly apply_correction: boolean;
  readonly threshold: number;
  readonly prompt: number;
  readonly map: GoldenArray;
}

describe.skipIf(skipped)(`LeGrad of SigLIP's pooler${skipped}`, () => {
  interface PoolerGolden {
    readonly text: GoldenArray;
    readonly empty_text: GoldenArray;
    readonly cases: readonly PoolerCase[];
    readonly extra_params: VitWeights;
  }
  const golden = skipped ? undefined : readGolden<PoolerGolden>("legrad_siglip_f64.json");
  const pooled = skipped ? [] : goldenLayers.map((layer) => goldenSiglip(golden!.extra_params, layer));
  const gradients = (text: GoldenArray, prompt: number) =>
    pooled.map(({ model, embedding, attention }) => {
      const at = createGradients({ model, scores: embedding }, [attention]);
      return at(textEmbedding(text, prompt))[0]!;
    });
  const emptyPrompt = skipped ? null : gradients(golden!.empty_text, 0);

  test("has cases", () => expect(golden!.cases.length).toBeGreaterThan(0));

  test.each(
    (golden?.cases ?? []).map(
      (each) =>
        [each.layer_index, each.prompt, each.apply_correction ? each.threshold : 1, each.map] as const,
    ),
  )("layer index %d, prompt %d, empty prompt %d", (firstLayer, prompt, threshold, map) => {
    const layers = gradients(golden!.text, prompt);
    const { heads, patches: tokens } = goldenSizes;
    const poolerGradient = { layers, emptyPrompt, heads, queries: 1, tokens, prefixTokens: 0 };
    const explain = legradPooler.explainer({ poolerGradient });
    const ours = explain({ firstLayer, lastLayer: -1, emptyPrompt: threshold });
    if (isUndefined(map)) return expectEmpty(ours);
    const error = relativeError(upsampled(stretched(ours)), toNumbers(map));
    expect(noteError("legrad-pooler", "tiny", error)).toBeLessThan(tolerance);
  });
});

/** Whether the authors brought a map to 0..1 that is zero everywhere. */
function isUndefined(map: GoldenArray): boolean {
  return map.data.includes(null);
}

function expectEmpty(map: Float64Array): void {
  expect(Math.max(...map)).toBe(0);
}

/** Brought to length 1. */
function textEmbedding({ shape, ...rest }: GoldenArray, prompt: number): Numbers {
  const width = shape[1]!;
  const all = toNumbers({ shape, ...rest });
  const values = all.slice(width * prompt, width * (prompt + 1));
  const length = Math.hypot(...values);
  return { dims: [1, width], data: values.map((value) => value / length) };
}

function scoreAfter(model: OnnxModel, embedding: string, layer: number, text: Numbers) {
  const { layers, tokens } = goldenSizes;
  const head = { input: vitValues.blockInput(layers), norm: null, readings: [], outputTokens: [0] };
  const tensor = vitValues.blockInput(layer + 1);
  const options = { tensor, pooling: "mean", tokens, scores: embedding } as const;
  const rerooted = rerootHead(model, { head, tokenAxis: 1 }, options);
  const network = { model: rerooted.model, scores: rerooted.output };
  const [slopes] = createGradients(network, [vitValues.attention(layer)])(text);
  const [values] = goldenValues(network, [rerooted.output]);
  const score = values!.reduce((sum, value, index) => sum + value * text.data[index]!, 0);
  return { score, slopes: slopes! };
}
