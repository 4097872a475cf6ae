// EigenCAM: the pattern in which a feature map's channels vary most, whatever the class.
import { featureCaveats, featureMethod, showPositive } from "./feature-maps.ts";
import { defineMethod, type RawMap } from "./method.ts";
import { principalMap } from "./principal-map.ts";
import type { FeatureTensors } from "./tensors.ts";

/**
 * Where the network finds what differs most over the picture.
 *
 * `relu(M v_1)`, M the feature map as `[h*w,C]` with channel means taken off, `v_1` its first right singular vector,
 * with the sign of `principalMap`; `[h*w]`, not normalised. The paper leaves means in; the library takes them off.
 * @see Muhammad & Yeasin 2020, https://arxiv.org/abs/2008.00299
 */
export const eigenCam = defineMethod({
  ...featureMethod,
  id: "eigen-cam",
  label: "EigenCAM",
  cite: "Muhammad & Yeasin 2020",
  paper: "https://arxiv.org/abs/2008.00299",
  formula: "map = relu(M v₁),  M = a − mean_xy(a) as (h·w)×C,  v₁ its first right singular vector",
  summary: "Shows the one pattern that a feature map's channels share most, without any gradient.",
  caveats: [
    "It does not depend on the class: it shows what stands out to the network, not what speaks for a class.",
    "The pattern's sign is arbitrary; here it is positive where the channels together are larger than on average, and may still single out the background.",
    ...featureCaveats,
  ],
  classSpecific: false,
  explainer: showPositive(eigenCamMap),
});

/** The map before its negative part is cut off, `[h*w]`. */
export function eigenCamMap(features: FeatureTensors): RawMap {
  return principalMap(features.activation, features);
}
