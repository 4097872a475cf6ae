// Grad-CAM++: channels of a feature map, weighed by their positive gradients with shares that favour small objects.
import { featureCaveats, featureMethod, showPositive, sumWeighed } from "./feature-maps.ts";
import { defineMethod, type RawMap } from "./method.ts";
import type { FeatureTensors } from "./tensors.ts";

/** Of the library, below the shares. */
const stabiliser = 1e-6;

/**
 * Where the channels that raise the class's score are active, places with few active cells counting as much as others.
 *
 * `relu(sum_k w_k a_k)`, `w_k = sum_xy alpha relu(g)`, `alpha = g^2 / (2 g^2 + (sum_xy a_k) g^3 + 1e-6)` and 0 where
 * `g = 0`; `[h*w]` of the chosen feature map, not normalised. As usual the score is taken for an exponential, so that
 * higher derivatives are powers of the gradient.
 * @see Chattopadhay et al. 2018, eq. 10 and 19, https://arxiv.org/abs/1710.11063
 */
export const gradCamPlusPlus = defineMethod({
  ...featureMethod,
  id: "grad-cam-plus-plus",
  label: "Grad-CAM++",
  cite: "Chattopadhay et al. 2018, eq. 10 and 19",
  paper: "https://arxiv.org/abs/1710.11063",
  formula: "map = relu(Σ_k w_k a_k),  w_k = Σ_xy α ⊙ relu(g_k),  α = g² / (2g² + g³ Σ_xy a_k)",
  summary: "Grad-CAM whose weights count several small objects of a class like a single large one.",
  caveats: [
    ...featureCaveats,
    "The shares are derived for activations above zero; in a Vision Transformer, where sums of a channel can be negative, they can blow up.",
  ],
  classSpecific: true,
  explainer: showPositive(gradCamPlusPlusMap),
});

/** The map before its negative part is cut off, `[h*w]`. */
export function gradCamPlusPlusMap(features: FeatureTensors): RawMap {
  return sumWeighed(features, (activation, gradient) => {
    let total = 0;
    for (let i = 0; i < activation.length; i++) total += activation[i];
    let weight = 0;
    for (let i = 0; i < gradient.length; i++) {
      const slope = gradient[i];
      const square = slope * slope;
      // Where the slope is 0 so is its positive part, whatever the share.
      if (slope > 0) weight += (slope * square) / (2 * square + total * square * slope + stabiliser);
    }
    return weight;
  });
}
