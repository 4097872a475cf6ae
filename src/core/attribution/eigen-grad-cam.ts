// EigenGradCAM: the pattern in which a feature map times its gradient varies most.
import { featureCaveats, featureMethod, showPositive } from "./feature-maps.ts";
import { defineMethod, type RawMap } from "./method.ts";
import { principalMap } from "./principal-map.ts";
import type { FeatureTensors } from "./tensors.ts";

/**
 * Where the channels' contributions to the class's score differ most over the picture.
 *
 * `relu(M v_1)`, M the feature map times its gradient as `[h*w,C]` with channel means taken off, `v_1` its first right
 * singular vector, with the sign of `principalMap`; `[h*w]`, not normalised.
 * @see pytorch-grad-cam's `EigenGradCAM`, https://github.com/jacobgil/pytorch-grad-cam, after Muhammad & Yeasin 2020
 */
export const eigenGradCam = defineMethod({
  ...featureMethod,
  id: "eigen-grad-cam",
  label: "EigenGradCAM",
  cite: "pytorch-grad-cam, after Muhammad & Yeasin 2020",
  paper: "https://arxiv.org/abs/2008.00299",
  formula:
    "map = relu(M v₁),  M = g⊙a − mean_xy(g⊙a) as (h·w)×C,  g = ∂y/∂a,  v₁ its first right singular vector",
  summary:
    "EigenCAM of activation times gradient: the strongest pattern among what raises or lowers the score.",
  caveats: [
    "The pattern's sign is arbitrary; here it is positive where the contributions together are larger than on average.",
    ...featureCaveats,
  ],
  classSpecific: true,
  explainer: showPositive(eigenGradCamMap),
});

/** The map before its negative part is cut off, `[h*w]`. */
export function eigenGradCamMap(features: FeatureTensors): RawMap {
  const products = Float64Array.from(features.activation, (value, i) => value * features.gradient[i]);
  return principalMap(products, features);
}
