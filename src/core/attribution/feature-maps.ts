// What methods on a feature map share: the choice of the map, and sums over its channels.
import type { OptionSpecs, RawMap } from "./method.ts";
import type { FeatureTensors, Tensors, TensorVariant } from "./tensors.ts";

const featureLayerOption = {
  kind: "feature-layer",
  label: "Feature map",
  help: "The map whose channels are weighed: what the last attention reads, or a convolutional network's last stage; earlier ones are finer or less tied to the class.",
  initial: 0,
} as const satisfies OptionSpecs[string];

/** What all methods of this family have alike. */
export const featureMethod = {
  family: "cam",
  licence: "pytorch-grad-cam, whose numbers it reproduces, is under the MIT licence; none of it is here.",
  signed: false,
  resolution: "features",
  needs: ["features"],
  options: { layer: featureLayerOption },
  variant: ({ layer }: { readonly layer: number }): TensorVariant => ({ featureLayer: layer }),
} as const;

/** What is true of every map of this family. */
export const featureCaveats = [
  "It is as coarse as the chosen feature map; what lies between cells is interpolated.",
  "In a Vision Transformer the class token is left out, and with it what reaches the score only through that token.",
] as const;

/**
 * `sum_k w_k a_k`
 * @param weigh w_k from the activation and the gradient of one channel, `[h*w]` each.
 * @returns `[h*w]`
 */
export function sumWeighed(
  { activation, gradient, channels, rows, columns }: FeatureTensors,
  weigh: (activation: FeatureChannel, gradient: FeatureChannel) => number,
): RawMap {
  const cells = rows * columns;
  const map = new Float64Array(cells);
  for (let start = 0; start < channels * cells; start += cells) {
    const channel = activation.subarray(start, start + cells);
    const weight = weigh(channel, gradient.subarray(start, start + cells));
    for (let i = 0; i < cells; i++) map[i] += weight * channel[i];
  }
  return map;
}

/** One channel's cells, `[h*w]`. */
export type FeatureChannel = FeatureTensors["activation"];

/**
 * `sum_k f(a_k, g_k)`, cell by cell.
 * @returns `[h*w]`
 */
export function sumCells(
  { activation, gradient, channels, rows, columns }: FeatureTensors,
  termOf: (activation: number, gradient: number) => number,
): RawMap {
  const cells = rows * columns;
  const map = new Float64Array(cells);
  for (let start = 0; start < channels * cells; start += cells)
    for (let i = 0; i < cells; i++) map[i] += termOf(activation[start + i], gradient[start + i]);
  return map;
}

/** A method's explainer: the part of a map above zero, as shown by the authors. */
export function showPositive(
  mapOf: (features: FeatureTensors) => RawMap,
): (tensors: Pick<Tensors, "features">) => () => RawMap {
  return ({ features }) => {
    const map = mapOf(features).map((value) => Math.max(value, 0));
    return () => map.slice();
  };
}
