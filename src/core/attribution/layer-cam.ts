// LayerCAM: a feature map times the positive part of its gradient, cell by cell.
import { featureCaveats, featureMethod, showPositive, sumCells } from "./feature-maps.ts";
import { defineMethod, type RawMap } from "./method.ts";
import type { FeatureTensors } from "./tensors.ts";

/**
 * Where more activation would raise the class's score, and there is activation.
 *
 * `relu(sum_k relu(g_k) * a_k)`, `[h*w]` of the chosen feature map, not normalised.
 * @see Jiang et al. 2021, https://doi.org/10.1109/TIP.2021.3089943
 */
export const layerCam = defineMethod({
  ...featureMethod,
  id: "layer-cam",
  label: "LayerCAM",
  cite: "Jiang et al. 2021",
  paper: "https://doi.org/10.1109/TIP.2021.3089943",
  formula: "map = relu(Σ_k relu(∂y/∂a_k) ⊙ a_k)",
  summary:
    "Keeps every cell's own positive gradient as its weight, so that early, fine feature maps can be used too.",
  caveats: [
    ...featureCaveats,
    "Negative gradients are left out: the map cannot show what speaks against the class.",
  ],
  classSpecific: true,
  explainer: showPositive(layerCamMap),
});

/** The map before its negative part is cut off, `[h*w]`. */
export function layerCamMap(features: FeatureTensors): RawMap {
  return sumCells(features, (activation, gradient) => Math.max(gradient, 0) * activation);
}
