// XGrad-CAM: channels of a feature map, weighed by the gradient where they are active.
import { featureCaveats, featureMethod, showPositive, sumWeighed } from "./feature-maps.ts";
import { defineMethod, type RawMap } from "./method.ts";
import type { FeatureTensors } from "./tensors.ts";

/** Of the library, added to sums of activations. */
const stabiliser = 1e-7;

/**
 * Where the channels that raise the class's score are active, their gradients averaged by activation.
 *
 * `relu(sum_k w_k a_k)`, `w_k = sum_xy g_k a_k / (sum_xy a_k + 1e-7)`, `[h*w]` of the chosen feature map, not normalised.
 * @see Fu et al. 2020, https://arxiv.org/abs/2008.02312
 */
export const xGradCam = defineMethod({
  ...featureMethod,
  id: "x-grad-cam",
  label: "XGrad-CAM",
  cite: "Fu et al. 2020",
  paper: "https://arxiv.org/abs/2008.02312",
  formula: "map = relu(Σ_k w_k a_k),  w_k = Σ_xy (∂y/∂a_k ⊙ a_k) / Σ_xy a_k",
  summary: "Grad-CAM whose weights average the gradient only where a channel is active.",
  caveats: [
    ...featureCaveats,
    "A channel whose activations sum to nearly zero, as after a LayerNorm, gets an arbitrarily large weight.",
  ],
  classSpecific: true,
  explainer: showPositive(xGradCamMap),
});

/** The map before its negative part is cut off, `[h*w]`. */
export function xGradCamMap(features: FeatureTensors): RawMap {
  return sumWeighed(features, (activation, gradient) => {
    let products = 0;
    let total = 0;
    for (let i = 0; i < activation.length; i++) {
      products += gradient[i] * activation[i];
      total += activation[i];
    }
    return products / (total + stabiliser);
  });
}
