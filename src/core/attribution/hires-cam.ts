// HiResCAM: a feature map times its gradient, cell by cell.
import { featureCaveats, featureMethod, showPositive, sumCells } from "./feature-maps.ts";
import { defineMethod, type RawMap } from "./method.ts";
import type { FeatureTensors } from "./tensors.ts";

/**
 * How much each cell of a feature map raises the class's score.
 *
 * `relu(sum_k g_k * a_k)`, `[h*w]` of the chosen feature map, not normalised.
 * @see Draelos & Carin 2020, https://arxiv.org/abs/2011.08891
 */
export const hiresCam = defineMethod({
  ...featureMethod,
  id: "hires-cam",
  label: "HiResCAM",
  cite: "Draelos & Carin 2020",
  paper: "https://arxiv.org/abs/2011.08891",
  formula: "map = relu(Σ_k ∂y/∂a_k ⊙ a_k)",
  summary:
    "Multiplies activation and gradient at every cell, so that only cells light up that raised the score.",
  caveats: [
    ...featureCaveats,
    "It says exactly what each cell adds only where the head is linear in the feature map, as after the last convolution.",
  ],
  classSpecific: true,
  explainer: showPositive(hiresCamMap),
});

/** The map before its negative part is cut off, `[h*w]`. */
export function hiresCamMap(features: FeatureTensors): RawMap {
  return sumCells(features, (activation, gradient) => activation * gradient);
}
