// What explanation methods ask for, worked out for a golden network in double precision.
import type {
  AttentionStack,
  FloatArray,
  InputPath,
  PictureVariant,
  TokenBlock,
} from "../../src/core/attribution/tensors.ts";
import { varyPicture } from "../../src/core/attribution/vary-picture.ts";
import { differentiate } from "../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import type { RuleTable } from "../../src/core/autodiff/rule.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { evaluate, type Numbers } from "./evaluate.ts";
import { type GoldenArray, readGolden, toNumbers } from "./golden.ts";
import { vitValues } from "./golden-vit-parts.ts";

/** 3 layers of 3 heads, with the names of `vitValues`. */
export interface GoldenNetwork {
  readonly model: OnnxModel;
  /** The value whose weighted sum is explained, `vitValues.logits` where absent. */
  readonly scores?: string;
  readonly rules?: RuleTable;
}

export const goldenLayers = [0, 1, 2] as const;
export const goldenShape = { heads: 3, tokens: 17, prefixTokens: 1, outputTokens: [0] } as const;

/** The picture that all goldens of the tiny ViT are about, `[3,32,32]`. */
export function goldenPicture(): Float64Array {
  return toNumbers(readGolden<{ input: GoldenArray }>("model_weights.json").input);
}

/** Any values of the network at the golden picture. */
export function goldenValues({ model }: GoldenNetwork, names: readonly string[]): readonly Float64Array[] {
  const values = evaluate(model, fed(goldenPicture()), names);
  return names.map((name) => values[name]!.data);
}

/** What the weighted sum of the scores gives as gradients at values of the network, at any picture. */
export function createGradients(
  { model, scores = vitValues.logits, rules = gradient }: GoldenNetwork,
  wanted: readonly string[],
): (weights: Numbers, picture?: Float64Array) => readonly Float64Array[] {
  const seeds = [{ tensor: scores, upstream: { input: "seed" } }];
  const backward = differentiate(model, { seeds, wanted, rules });
  const names = wanted.map((name) => backward.gradients.get(name)!);
  return (weights, picture = goldenPicture()) => {
    const values = evaluate(backward.model, { ...fed(picture), seed: weights }, names);
    return names.map((name) => values[name]!.data);
  };
}

export function goldenAttentionStack(layers: readonly FloatArray[]): AttentionStack {
  return { ...goldenShape, layers };
}

/** A_l, dy/dA_l and the tokens around every block. */
export function tensorsOf(
  network: GoldenNetwork,
  weights: Numbers,
): {
  readonly attention: AttentionStack;
  readonly attentionGradient: AttentionStack;
  readonly tokens: readonly TokenBlock[];
} {
  const names = goldenLayers.map(vitValues.attention);
  const blocks = goldenLayers.map((layer) => {
    const around = [vitValues.blockInput(layer), `blocks.${layer}.mid`, vitValues.blockInput(layer + 1)];
    const [input, mid, output] = goldenValues(network, around);
    return { input: input!, mid: mid!, output: output! };
  });
  return {
    attention: goldenAttentionStack(goldenValues(network, names)),
    attentionGradient: goldenAttentionStack(createGradients(network, names)(weights)),
    tokens: blocks,
  };
}

/** The weighted sum over a path of the last attention's gradient. */
export function goldenAttentionPath(
  network: GoldenNetwork,
  weights: Numbers,
  path: readonly PictureVariant[],
): Float64Array {
  const at = createGradients(network, [vitValues.attention(2)]);
  const picture = goldenPicture();
  const sum = new Float64Array(3 * 17 * 17);
  for (const variant of path) {
    const [slopes] = at(weights, varyPicture(picture, variant));
    for (let i = 0; i < sum.length; i++) sum[i]! += variant.weight * slopes![i]!;
  }
  return sum;
}

/** What the picture's gradient is along a path, and the score at both of its ends. */
export function goldenInputPath(
  network: GoldenNetwork,
  weights: Numbers,
  path: readonly PictureVariant[],
): InputPath {
  const at = createGradients(network, [vitValues.picture]);
  const picture = goldenPicture();
  const [gradient, absolute, square] = [0, 1, 2].map(() => new Float64Array(picture.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (const variant of path) {
    const [slopes] = at(weights, varyPicture(picture, variant));
    for (const [i, slope] of slopes!.entries()) {
      gradient[i]! += variant.weight * slope;
      absolute[i]! += variant.weight * Math.abs(slope);
      square[i]! += variant.weight * slope * slope;
    }
  }
  const score = (at: Float64Array) => {
    const { scores = vitValues.logits } = network;
    const { data } = evaluate(network.model, fed(at), [scores])[scores]!;
    return data.reduce((sum, value, index) => sum + value * weights.data[index]!, 0);
  };
  const scoreAtBaseline = score(new Float64Array(picture.length));
  return { gradient, absolute, square, scoreAtPicture: score(picture), scoreAtBaseline };
}

function fed(picture: Float64Array): Readonly<Record<string, Numbers>> {
  return { [vitValues.picture]: { dims: [1, 3, 32, 32], data: picture } };
}
