// Element-wise CAM: what is positive of a feature map times its gradient, added up over channels.
import { featureCaveats, featureMethod, showPositive, sumCells } from "./feature-maps.ts";
import { defineMethod, type RawMap } from "./method.ts";
import type { FeatureTensors } from "./tensors.ts";

/**
 * How much each cell of a feature map raises the class's score, without what lowers it in other channels.
 *
 * `sum_k relu(g_k * a_k)`, `[h*w]` of the chosen feature map, >= 0, not normalised.
 * @see pytorch-grad-cam's `GradCAMElementWise`, https://github.com/jacobgil/pytorch-grad-cam; no paper defines it
 */
export const elementWiseCam = defineMethod({
  ...featureMethod,
  id: "element-wise-cam",
  label: "Element-wise CAM",
  cite: "pytorch-grad-cam, Grad-CAM element-wise",
  paper: "https://github.com/jacobgil/pytorch-grad-cam",
  formula: "map = Σ_k relu(∂y/∂a_k ⊙ a_k)",
  summary:
    "Multiplies activation and gradient at every cell and channel, and adds up only what raises the score.",
  caveats: [
    ...featureCaveats,
    "What speaks against the class is left out in every channel, so nearly every cell gets something.",
  ],
  classSpecific: true,
  explainer: showPositive(elementWiseCamMap),
});

/** The map, `[h*w]`, which has no negative part. */
export function elementWiseCamMap(features: FeatureTensors): RawMap {
  return sumCells(features, (activation, gradient) => Math.max(activation * gradient, 0));
}
