// Writes backward passes into a graph: new inputs for the seeds, new outputs for what arrives at wanted values.
import type { OnnxModel } from "../onnx/model.ts";
import type { Shape } from "../onnx/shapes/facts.ts";
import { buildBackward, type Pass, type PassOutputs } from "./backward-pass.ts";

export interface DifferentiateOptions extends Pass {
  /** Shapes of inputs whose sizes the file leaves open; without one, an open first axis is 1. */
  readonly inputShapes?: ReadonlyMap<string, Shape>;
}

export interface Differentiated extends PassOutputs {
  readonly model: OnnxModel;
}

/**
 * The model with a backward pass behind it, which shares all results of the model's own nodes. It can be applied
 * again to the result.
 * @throws autodiff/unreachable, autodiff/no-rule, autodiff/unsupported, autodiff/unknown-shape
 */
export function differentiate(
  model: OnnxModel,
  { inputShapes, ...pass }: DifferentiateOptions,
): Differentiated {
  const { model: written, passes } = differentiateEach(model, [pass], inputShapes);
  return { model: written, ...passes[0]! };
}

/**
 * As `differentiate` for several passes at once, such as one per class; what they have in common is there once.
 * @param inputShapes shapes of inputs whose sizes the file leaves open; without one, an open first axis is 1.
 * @throws autodiff/unreachable, autodiff/no-rule, autodiff/unsupported, autodiff/unknown-shape
 */
export function differentiateEach(
  model: OnnxModel,
  passes: readonly Pass[],
  inputShapes?: ReadonlyMap<string, Shape>,
): { readonly model: OnnxModel; readonly passes: readonly PassOutputs[] } {
  const built = buildBackward(model, passes, inputShapes);
  const { graph } = built.forward;
  const extended = {
    ...graph,
    nodes: [...graph.nodes, ...built.nodes],
    initializers: [...graph.initializers, ...built.constants],
    inputs: [...graph.inputs, ...built.inputs],
    outputs: [...graph.outputs, ...built.outputs],
  };
  return { model: { ...built.forward, graph: extended }, passes: built.passes };
}
