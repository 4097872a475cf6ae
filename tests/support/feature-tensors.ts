// Small feature maps for unit tests of CAM methods.
import type { FeatureTensors } from "../../src/core/attribution/tensors.ts";

/** A row of cells; one list of activations and one of gradients for every channel. */
export function featureTensors(
  activations: readonly (readonly number[])[],
  gradients: readonly (readonly number[])[],
): FeatureTensors {
  return {
    activation: Float64Array.from(activations.flat()),
    gradient: Float64Array.from(gradients.flat()),
    channels: activations.length,
    rows: 1,
    columns: activations[0].length,
  };
}
