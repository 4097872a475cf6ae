// Takes a classifier apart that keeps feature maps until it pools them.
import { XaiError } from "../errors.ts";
import type { OnnxModel } from "../onnx/model.ts";
import type { ConvolutionalAnatomy } from "./anatomy.ts";
import { findStages } from "./feature-maps.ts";
import { findLogits } from "./find-logits.ts";
import { createFlowContext, type FlowContext } from "./flow-context.ts";
import { refuseQuantised } from "./refusals.ts";

/**
 * Sizes are those for a single picture; what the graph leaves open is null.
 * @throws anatomy/no-feature-map where nothing that all data passes has rows and columns.
 * @throws anatomy/quantised where activations are rounded to 8 bits.
 * @throws anatomy/unsupported-input where the picture's input or the scores cannot be told.
 * @throws onnx/not-onnx where nodes wait for each other.
 */
export function dissectConvolutional(model: OnnxModel): ConvolutionalAnatomy {
  return dissectMaps(createFlowContext(model));
}

/** @throws see `dissectConvolutional` */
export function dissectMaps(context: FlowContext): ConvolutionalAnatomy {
  refuseQuantised(context);
  const logits = findLogits(context);
  const stages = findStages(context, logits.name);
  const featureMap = stages.at(-1);
  if (featureMap === undefined) {
    const reason =
      "rows and columns of the picture cannot be followed to the end of the network, or not all that the scores know " +
      "passes a single map";
    throw new XaiError("anatomy/no-feature-map", { reason });
  }
  return { ...context.inputs, logits, stages, featureMap };
}
