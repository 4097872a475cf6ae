// LeGrad: gradients of attention, each layer judged by what the head would say right after it.
import { defineMethod } from "./method.ts";
import { layersBetween } from "./option-values.ts";
import type { AttentionStack } from "./tensors.ts";

/**
 * `sum over layers of mean_h mean_i relu(ds_l/dA_l)[h,i,j]` with s_l the class score that final norm and head give
 * for X_{l+1}; `[P]`, >= 0, neither upsampled nor brought to 0..1.
 *
 * For a classifier s_l is its logit; for CLIP it is the product of a text embedding with the picture's embedding,
 * brought to length 1. The authors' code adds up the last two layers: see `legradClip`.
 * @throws attribution/bad-option for a layer that the model does not have, or a range that ends before it begins
 * @see Bousselham et al. 2024, https://arxiv.org/abs/2404.03214
 */
export const legrad = defineMethod({
  id: "legrad",
  label: "LeGrad",
  family: "gradient",
  cite: "Bousselham et al. 2024",
  paper: "https://arxiv.org/abs/2404.03214",
  formula: "map_j = Σ_l mean_h mean_i relu(∂s_l/∂A_l)[h,i,j],  s_l = head(norm(mean_i X_{l+1}))",
  summary:
    "Where more attention would raise the class score, each layer judged by what the head would say right after it.",
  caveats: [
    "The head was trained on the last layer only; what it says of earlier ones is a guess that fades towards the first.",
    "Attention itself does not enter: a patch that nothing looks at can be bright, if looking there would help.",
    "Models without a class token that pool by attention have a form of their own: LeGrad of the pooler.",
  ],
  licence: "Formula from the paper; the authors' code is MIT, none of it is here.",
  classSpecific: true,
  signed: false,
  resolution: "patches",
  needs: ["localGradient"],
  options: {
    firstLayer: {
      kind: "layer",
      label: "First layer",
      help: "First layer of the sum; the authors' code for CLIP begins with the last but one.",
      initial: 0,
    },
    lastLayer: { kind: "layer", label: "Last layer", help: "Last layer of the sum.", initial: -1 },
    pooling: {
      kind: "choice",
      label: "Pooling",
      help: "What the head is asked about after each layer.",
      choices: [
        {
          value: "mean",
          label: "Mean token",
          help: "The mean of all tokens, class token included (the authors' code).",
        },
        {
          value: "head",
          label: "As the model",
          help: "The tokens that the head always reads, such as the class token.",
        },
      ],
      initial: "mean",
    },
  },
  variant: ({ pooling }) => ({ pooling }),
  explainer: ({ localGradient }) => {
    const { prefixTokens, tokens } = localGradient;
    const maps = localGradient.layers.map((_, layer) => positiveColumnMeans(localGradient, layer));
    return ({ firstLayer, lastLayer }) => {
      const sum = new Float64Array(tokens);
      for (const map of layersBetween(maps, { firstLayer, lastLayer }))
        for (let j = 0; j < tokens; j++) sum[j] += map[j];
      return sum.slice(prefixTokens);
    };
  },
});

/** What the authors' code does with CLIP: the last two layers. */
export const legradClip = { firstLayer: -2, lastLayer: -1, pooling: "mean" } as const;

/** `mean_h mean_i relu(G_l)[h,i,j]`, `[N]`. */
function positiveColumnMeans(gradient: AttentionStack, layer: number): Float64Array {
  const { layers, heads, tokens } = gradient;
  const values = layers[layer];
  const means = new Float64Array(tokens);
  for (let row = 0; row < heads * tokens; row++)
    for (let j = 0; j < tokens; j++) means[j] += Math.max(values[row * tokens + j], 0);
  return means.map((sum) => sum / (heads * tokens));
}
