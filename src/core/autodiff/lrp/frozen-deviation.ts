// Layer normalisation with its standard deviation as a constant: subtracts a mean and scales, nothing else.
import { floatAttribute } from "../../onnx/attributes.ts";
import type { Node } from "../../onnx/model.ts";
import { axesFrom, axisOf } from "../axes.ts";
import { layerNormalised, normalisedOver } from "../gradient/normalisation.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";

/** `s (u - mean(u))`, `u = weight R`, `1 / s` the standard deviation of the node's input. */
export function throughLayerNorm(node: Node, upstream: Ref, builder: GraphBuilder): Ref {
  const [x, weight] = node.inputs as readonly [Ref, Ref];
  const axes = normalisedAxes(node, builder);
  const { scale } =
    layerNormalised(node, builder, x, axes) ?? normalisedOver(builder, x, axes, epsilonOf(node));
  const u = builder.mul(upstream, weight);
  return builder.mul(builder.sub(u, builder.mean(u, axes)), scale);
}

/** `s u`, as this normalisation subtracts no mean. */
export function throughRmsNorm(node: Node, upstream: Ref, builder: GraphBuilder): Ref {
  const [x, weight] = node.inputs as readonly [Ref, Ref];
  const { scale } = normalisedOver(builder, x, normalisedAxes(node, builder), epsilonOf(node), false);
  return builder.mul(builder.mul(upstream, weight), scale);
}

function normalisedAxes(node: Node, builder: GraphBuilder): readonly number[] {
  const { length } = builder.dims(node.inputs[0]!);
  return axesFrom(axisOf(node, length, -1), length);
}

function epsilonOf(node: Node): number {
  return floatAttribute(node, "epsilon") ?? 1e-5;
}
