// Gradient rollout: attention rollout in which every entry is weighted by what it does for the class.
import { defineMethod } from "./method.ts";
import { weighAttention } from "./positive-attention.ts";
import { rememberLast } from "./remember.ts";
import { rankLayers, rolloutProduct } from "./rollout-product.ts";
import { scoreGradient } from "./score-gradient.ts";
import { discardRatioOption, normalisationOption, startLayerOption } from "./shared-options.ts";
import type { AttentionStack, FloatArray } from "./tensors.ts";

/**
 * How much each patch reaches the class token through attention that raises the score of the class.
 *
 * `F_l = relu(mean_h(A_l * W_l))`, its `floor(N^2 * discardRatio)` smallest entries set to 0,
 * `a_l = normalised((F_l + I) / 2)`, `R = a_{L-1} ... a_{startLayer}`; the map is the output row of R, `[P]`, >= 0.
 * W is dy/dA in the form that was meant. vit-explain's code pairs layer l with the gradient of layer L-1-l, and takes it
 * before the softmax, where each row sums to zero; both are kept as variants. The code divides the map by its maximum.
 * @throws attribution/bad-option for a start layer or a discard ratio outside its range.
 * @see vit-explain, `VITAttentionGradRollout`, https://github.com/jacobgil/vit-explain
 */
export const gradientRollout = defineMethod({
  id: "gradient-rollout",
  label: "Gradient rollout",
  family: "gradient",
  cite: "Gildenblat 2020, vit-explain, after Abnar & Zuidema 2020",
  paper: "https://github.com/jacobgil/vit-explain",
  formula: "R = ã_{L−1} ⋯ ã_s,  ã_l = rownorm(relu(mean_h(A_l ⊙ ∂y/∂A_l)) + I);  map = R[CLS, patches]",
  summary: "Rollout of only that attention which raises the score of the chosen class.",
  caveats: [
    "The weighted attention is small beside the identity, so a few layers decide most of the map.",
    "The authors' code multiplies each layer by the gradient of another one; choose that only to compare with it.",
    "It has no paper; the method is defined by a program and its description.",
  ],
  licence: "vit-explain is under the MIT licence; its results are reproduced, and none of its code is here.",
  classSpecific: true,
  signed: false,
  resolution: "patches",
  needs: ["attention", "attentionGradient"],
  options: {
    variant: {
      kind: "choice",
      label: "Gradient",
      help: "What each layer's attention is multiplied by before its negative part is dropped.",
      choices: [
        { value: "intended", label: "Of the attention", help: "Of the same layer's attention (correct)." },
        {
          value: "order-fixed",
          label: "Of the scores",
          help: "Of what the same layer's softmax reads; its rows sum to zero.",
        },
        {
          value: "as-written",
          label: "vit-explain",
          help: "Of the scores, layers in reverse order, as the vit-explain code does.",
        },
        {
          value: "reversed",
          label: "Of the attention, reversed",
          help: "Of the attention, layers in reverse order: only that defect of the vit-explain code.",
        },
      ],
      initial: "intended",
    },
    discardRatio: discardRatioOption,
    normalisation: normalisationOption,
    startLayer: startLayerOption,
  },
  explainer: ({ attention, attentionGradient }) => {
    const layersOf = rememberLast((variant: Variant) => {
      const weights = weightsOf[variant](attention, attentionGradient);
      return rankLayers(weights.length, (layer) =>
        weighAttention(attention.layers[layer], weights[layer], attention, "after-mean"),
      );
    });
    return ({ variant, discardRatio, normalisation, startLayer }) =>
      rolloutProduct(attention, layersOf(variant), {
        discardRatio,
        normalisation,
        startLayer,
        keepFirst: false,
      });
  },
});

type Variant = "intended" | "order-fixed" | "as-written" | "reversed";
type Weights = (attention: AttentionStack, gradient: AttentionStack) => readonly FloatArray[];

const scoreGradients: Weights = (attention, gradient) =>
  attention.layers.map((layer, index) => scoreGradient(layer, gradient.layers[index], attention));

/** What layer l is multiplied by, for every l. */
const weightsOf: Readonly<Record<Variant, Weights>> = {
  intended: (_, gradient) => gradient.layers,
  "order-fixed": scoreGradients,
  "as-written": (attention, gradient) => [...scoreGradients(attention, gradient)].reverse(),
  reversed: (_, gradient) => [...gradient.layers].reverse(),
};
