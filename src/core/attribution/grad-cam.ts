// Grad-CAM: channels of a feature map, weighed by their mean gradient.
import { featureCaveats, featureMethod, showPositive, sumWeighed } from "./feature-maps.ts";
import { defineMethod, type RawMap } from "./method.ts";
import type { FeatureTensors } from "./tensors.ts";

/**
 * Where the channels that raise the class's score are active.
 *
 * `relu(sum_k w_k a_k)`, `w_k = mean_xy(dy/da_k)`, `[h*w]` of the chosen feature map, not normalised.
 * @see Selvaraju et al. 2017, eq. 1 and 2, https://arxiv.org/abs/1610.02391
 */
export const gradCam = defineMethod({
  ...featureMethod,
  id: "grad-cam",
  label: "Grad-CAM",
  cite: "Selvaraju et al. 2017, eq. 1 and 2",
  paper: "https://arxiv.org/abs/1610.02391",
  formula: "map = relu(Σ_k w_k a_k),  w_k = mean_xy(∂y/∂a_k)",
  summary: "Adds up the channels of a feature map by how much each raises the score on average.",
  caveats: [
    ...featureCaveats,
    "A channel has one weight for the whole picture, so cells can light up that did not raise the score: see HiResCAM.",
  ],
  classSpecific: true,
  explainer: showPositive(gradCamMap),
});

/** The map before its negative part is cut off, `[h*w]`. */
export function gradCamMap(features: FeatureTensors): RawMap {
  return sumWeighed(features, (_, gradient) => {
    let sum = 0;
    for (let i = 0; i < gradient.length; i++) sum += gradient[i];
    return sum / gradient.length;
  });
}
