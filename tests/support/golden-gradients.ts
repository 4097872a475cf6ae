// What explanation methods ask for, worked out for a golden network in double precision.
import { relevancePass } from "../../src/core/attribution/relevance-pass.ts";
import type {
  AttentionStack,
  FloatArray,
  InputPath,
  PictureVariant,
  RelevanceRules,
  Tensors,
} from "../../src/core/attribution/tensors.ts";
import { varyPicture } from "../../src/core/attribution/vary-picture.ts";
import { differentiate } from "../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import type { RuleTable } from "../../src/core/autodiff/rule.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { evaluate, type Numbers } from "./evaluate.ts";
import { type GoldenArray, readGolden, toNumbers } from "./golden.ts";
import { goldenLayers, goldenSizes } from "./golden-sizes.ts";
import { vitValues } from "./golden-vit-parts.ts";
import { oneHot } from "./relevance.ts";

/** A network of `goldenSizes`, with the names of `vitValues`. */
export interface GoldenNetwork {
  readonly model: OnnxModel;
  /** The value whose weighted sum is explained, `vitValues.logits` where absent. */
  readonly scores?: string;
  readonly rules?: RuleTable;
}

/** The picture that all goldens of the tiny ViT are about, `[3,S,S]`. */
export function goldenPicture(): Float64Array {
  return toNumbers(readGolden<{ input: GoldenArray }>("model_weights.json").input);
}

/** What a class's gradients start with. */
export function goldenSeed(klass: number): Numbers {
  return oneHot(goldenSizes.classes, klass);
}

/** Any values of the network at a picture, that of the goldens where absent. */
export function goldenValues(
  { model }: GoldenNetwork,
  names: readonly string[],
  picture = goldenPicture(),
): readonly Float64Array[] {
  const values = evaluate(model, fed(picture), names);
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

/** @param layers a matrix for every layer and head, as attention has them. */
export function goldenAttentionStack(layers: readonly FloatArray[]): AttentionStack {
  const { heads, tokens } = goldenSizes;
  return { layers, heads, tokens, prefixTokens: 1, outputTokens: [0] };
}

const attentionNames = goldenLayers.map(vitValues.attention);

/** A_l, dy/dA_l and the tokens around every block. */
export function tensorsOf(
  network: GoldenNetwork,
  weights: Numbers,
): Pick<Tensors, "attention" | "attentionGradient" | "tokens"> {
  const blocks = goldenLayers.map((layer) => {
    const around = [vitValues.blockInput(layer), `blocks.${layer}.mid`, vitValues.blockInput(layer + 1)];
    const [input, mid, output] = goldenValues(network, around);
    return { input: input!, mid: mid!, output: output! };
  });
  return {
    attention: goldenAttentionStack(goldenValues(network, attentionNames)),
    attentionGradient: goldenAttentionStack(createGradients(network, attentionNames)(weights)),
    tokens: blocks,
  };
}

/** What methods on relevance are given for a class. */
export type RelevanceTensors = Pick<
  Tensors,
  "attention" | "attentionGradient" | "attentionRelevance" | "inputRelevance"
>;

/** @param klass a number of the network's logits. */
export function relevanceTensorsOf(
  network: GoldenNetwork,
  klass: number,
  wanted: RelevanceRules,
): RelevanceTensors {
  const { rules, seed, timesValue } = relevancePass(wanted);
  const names = [...attentionNames, vitValues.picture];
  const [logits, ...values] = goldenValues(network, [vitValues.logits, ...names]);
  const start = oneHot(logits!.length, klass);
  const weight = seed === "weight" ? 1 : logits![klass]!;
  const seeded = { dims: start.dims, data: Float64Array.from(start.data, (each) => each * weight) };
  const arrived = createGradients({ ...network, rules }, names)(seeded);
  const relevance = timesValue
    ? arrived.map((each, at) => each.map((slope, i) => slope * values[at]![i]!))
    : arrived;
  return {
    attention: goldenAttentionStack(values.slice(0, -1)),
    attentionGradient: goldenAttentionStack(createGradients(network, attentionNames)(start)),
    attentionRelevance: goldenAttentionStack(relevance.slice(0, -1)),
    inputRelevance: relevance.at(-1)!,
  };
}

/** The weighted sum over a path of the last attention's gradient. */
export function goldenAttentionPath(
  network: GoldenNetwork,
  weights: Numbers,
  path: readonly PictureVariant[],
): Float64Array {
  const at = createGradients(network, attentionNames.slice(-1));
  const picture = goldenPicture();
  const sum = new Float64Array(goldenSizes.heads * goldenSizes.tokens ** 2);
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
    const [scores] = goldenValues(network, [network.scores ?? vitValues.logits], at);
    return scores!.reduce((sum, value, index) => sum + value * weights.data[index]!, 0);
  };
  const scoreAtBaseline = score(new Float64Array(picture.length));
  return { gradient, absolute, square, scoreAtPicture: score(picture), scoreAtBaseline };
}

function fed(picture: Float64Array): Readonly<Record<string, Numbers>> {
  const { side } = goldenSizes;
  return { [vitValues.picture]: { dims: [1, 3, side, side], data: picture } };
}
