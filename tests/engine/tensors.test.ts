// The tensors that methods are given, made by the engine on the tiny ViT, against the authors' numbers.
import { beforeAll, describe, expect, test } from "vitest";
import type { FloatArray } from "../../src/core/attribution/tensors.ts";
import { ElementType } from "../../src/core/onnx/model.ts";
import type { Classifier } from "../../src/engine/classifier.ts";
import type { PictureTensors } from "../../src/engine/plan/picture-tensors.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { goldenVit } from "../support/golden-vit.ts";
import type { VitWeights } from "../support/golden-vit-parts.ts";
import { missing } from "../support/witnesses.ts";
import { gathered, openNetwork, tensorsAt } from "./open-network.ts";

const skipped = missing("golden");
/** Of single precision. */
const tolerance = 1e-4;
const layers = [0, 1, 2] as const;
const exact = "exact" as const;

type Arrays = Readonly<Record<string, GoldenArray>>;

function expectClose(actual: FloatArray, expected: GoldenArray, within = tolerance): void {
  expect(relativeError(actual, toNumbers(expected))).toBeLessThan(within);
}

async function openTiny(finalEpsilon = 1e-6): Promise<{ classifier: Classifier; tensors: PictureTensors }> {
  const { input, weights } = readGolden<{ input: GoldenArray; weights: VitWeights }>("model_weights.json");
  const model = goldenVit({ weights, elementType: ElementType.float32, finalEpsilon });
  const classifier = await openNetwork(model);
  return { classifier, tensors: await tensorsAt(classifier, Float32Array.from(toNumbers(input))) };
}

describe.skipIf(skipped)(`tensors of the tiny ViT${skipped}`, () => {
  const golden = skipped
    ? undefined
    : readGolden<Arrays & { readonly per_class: Record<string, Arrays> }>("forward_f64.json");
  let tensors: PictureTensors;
  let classifier: Classifier;
  beforeAll(async () => {
    ({ tensors, classifier } = await openTiny());
  });

  test("attention, scores and tokens", async () => {
    const attention = await gathered(tensors, { kind: "attention" });
    const scores = await gathered(tensors, { kind: "scores" });
    const tokens = await gathered(tensors, { kind: "tokens" });
    expect(attention).toMatchObject({ heads: 3, tokens: 17, prefixTokens: 1, outputTokens: [0] });
    for (const layer of layers) {
      expectClose(attention.layers[layer], golden![`attn_${layer}`]);
      expectClose(scores.layers[layer], golden![`scores_${layer}`]);
      expectClose(tokens[layer].input, golden![`block_in_${layer}`]);
      expectClose(tokens[layer].output, golden![`block_out_${layer}`]);
    }
  });

  test.each(Object.keys(golden?.per_class ?? {}).map(Number))("gradients of class %d", async (index) => {
    const expected = golden!.per_class[index];
    const target = { kind: "class", index } as const;
    const gradient = await gathered(tensors, { kind: "attentionGradient", rules: exact }, target);
    const tokens = await gathered(tensors, { kind: "tokenGradient", rules: exact }, target);
    for (const layer of layers) {
      expectClose(gradient.layers[layer], expected[`grad_attn_${layer}`]);
      expectClose(tokens[layer], expected[`grad_block_in_${layer}`]);
    }
    const last = await gathered(tensors, { kind: "lastAttentionGradient", rules: exact }, target);
    expectClose(last, expected.grad_attn_2);
    const picture = await gathered(tensors, { kind: "inputGradient", rules: exact }, target);
    expectClose(picture, expected.input_grad);
  });

  test("a vector on the outputs gives the sum of what its classes give", async () => {
    const values = new Float32Array(10);
    values.set([1, 0, 0, -2]);
    const need = { kind: "attentionGradient", rules: exact } as const;
    const mixed = await gathered(tensors, need, { kind: "vector", values });
    for (const layer of layers) {
      const [one, other] = [0, 3].map((index) => golden!.per_class[index][`grad_attn_${layer}`]);
      const [a, b] = [toNumbers(one), toNumbers(other)];
      const sum = a.map((value, place) => value - 2 * b[place]);
      expect(relativeError(mixed.layers[layer], sum)).toBeLessThan(tolerance);
    }
    const wrong = gathered(tensors, need, { kind: "vector", values: new Float32Array(9) });
    await expect(wrong).rejects.toMatchObject({ code: "attribution/bad-option" });
    const none = gathered(tensors, need, { kind: "class", index: 10 });
    await expect(none).rejects.toMatchObject({ code: "attribution/bad-option" });
  });

  test("feature maps are the inputs of attentions, counted from the last", async () => {
    const cases = readGolden<{
      readonly vit: readonly (Arrays & { readonly layer: unknown; readonly category: unknown })[];
    }>("gradcam.json").vit;
    const seen = new Set<number>();
    for (const { layer: name, category, activations, gradients } of cases) {
      const block = Number(/^blocks\.(\d)\.norm1$/.exec(String(name))?.[1] ?? -1);
      // Methods without gradients are recorded without them.
      if (block < 0 || gradients === undefined) continue;
      seen.add(block);
      const target = { kind: "class", index: Number(category) } as const;
      const need = { kind: "features", rules: exact, layer: 2 - block } as const;
      const features = await gathered(tensors, need, target);
      expect(features).toMatchObject({ channels: 24, rows: 4, columns: 4 });
      expectClose(features.activation, activations);
      expectClose(features.gradient, gradients);
    }
    expect([...seen].sort()).toEqual([1, 2]);
    expect(classifier.network.featureMaps).toHaveLength(3);
  });

  test("values behind their output weights, mixed by attention, are what attention adds to the stream", async () => {
    const projected = await gathered(tensors, { kind: "projectedValues" });
    const { weights } = readGolden<{ weights: VitWeights }>("model_weights.json");
    for (const layer of layers) {
      const at = (name: string) => toNumbers(weights[`blocks.${layer}.attn.${name}`]);
      const expected = ownContribution(toNumbers(golden![`qkv_${layer}`]), at("proj.weight"));
      expect(relativeError(projected[layer], expected)).toBeLessThan(tolerance);
    }
  });
});

/** `W_o v_j` of every token from its queries, keys and values `[17,72]`. */
function ownContribution(qkv: Float64Array, projection: Float64Array): Float64Array {
  return Float64Array.from({ length: 17 * 24 }, (_, place) => {
    const [token, out] = [Math.floor(place / 24), place % 24];
    let sum = 0;
    for (let each = 0; each < 24; each++) sum += qkv[token * 72 + 48 + each] * projection[out * 24 + each];
    return sum;
  });
}

describe.skipIf(skipped)(`relevance of the tiny ViT${skipped}`, () => {
  type Case = Arrays & { readonly class: number | null };
  const golden = skipped ? undefined : readGolden<Record<"ours" | "orig_lrp", Case[]>>("chefer_f64.json");
  let tensors: PictureTensors;
  beforeAll(async () => {
    ({ tensors } = await openTiny(1e-5));
  });

  // Towards the first layer the authors' own numbers differ as much between their two precisions.
  const within = [3e-2, 1e-3, 1e-4];

  test.each(
    (golden?.ours ?? []).flatMap((each) => (each.class === null ? [] : [[each.class, each]])) as [
      number,
      Case,
    ][],
  )("Chefer's rules, class %d", async (index, expected) => {
    const relevance = { table: "lrp", layers: "ours" } as const;
    const target = { kind: "class", index } as const;
    const { layers: found } = await gathered(tensors, { kind: "attentionRelevance", relevance }, target);
    for (const layer of layers) expectClose(found[layer], expected[`attn_cam_${layer}`], within[layer]);
    const picture = await gathered(tensors, { kind: "inputRelevance", relevance }, target);
    expectClose(channelSum(picture), expected.full, 3e-2);
  });
});

/** `[3,32,32]` summed over colours. */
function channelSum(picture: FloatArray): Float64Array {
  return Float64Array.from({ length: 1024 }, (_, pixel) =>
    [0, 1, 2].reduce((sum, channel) => sum + picture[channel * 1024 + pixel], 0),
  );
}
