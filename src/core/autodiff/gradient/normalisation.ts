// Gradients of softmax and of the normalisations.
import { floatAttribute, intAttribute } from "../../onnx/attributes.ts";
import { ElementType, type Node } from "../../onnx/model.ts";
import { elementCount } from "../../onnx/tensor-numbers.ts";
import { axesFrom, axisOf } from "../axes.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { perInput, type Rule, type RuleTable, unsupported } from "../rule.ts";

/** One axis since version 13; before, all axes from the given one on count as one. */
function softmaxAxes(node: Node, builder: GraphBuilder): readonly number[] {
  const { length } = builder.dims(node.inputs[0]!);
  return builder.opset >= 13 ? [axisOf(node, length, -1)] : axesFrom(axisOf(node, length, 1), length);
}

/** `A (G - rowsum(A G))` */
const softmax: Rule = (node, upstream, builder) => {
  const [result] = node.outputs as readonly [Ref];
  const weighted = builder.mul(result, upstream);
  const rows = builder.sum(weighted, softmaxAxes(node, builder));
  return [builder.mul(result, builder.sub(upstream, rows))];
};

/** `G - softmax rowsum(G)` */
const logSoftmax: Rule = (node, upstream, builder) => {
  const rows = builder.sum(upstream, softmaxAxes(node, builder));
  return [builder.sub(upstream, builder.mul(builder.emit("Exp", [node.outputs[0]!]), rows))];
};

/**
 * `s (D - mean(D) - n mean(D n))` for what arrives `D` at the normalised values `n = (x - mean) s`.
 * @param centred whether the mean is subtracted, which RMS normalisation does not.
 */
function throughNormalised(
  builder: GraphBuilder,
  arrived: Ref,
  { normalised, scale }: Normalised,
  axes: readonly number[],
  centred = true,
): Ref {
  const along = builder.mul(normalised, builder.mean(builder.mul(arrived, normalised), axes));
  const rest = centred ? builder.sub(arrived, builder.mean(arrived, axes)) : arrived;
  return builder.mul(builder.sub(rest, along), scale);
}

interface Normalised {
  readonly normalised: Ref;
  /** `1 / sqrt(variance + epsilon)` */
  readonly scale: Ref;
}

const layerNormalization: Rule = (node, upstream, builder) => {
  const [x, weight, bias] = node.inputs as readonly [Ref, Ref, Ref?];
  const { length } = builder.dims(x);
  const axes = axesFrom(axisOf(node, length, -1), length);
  const shared = () =>
    layerNormalised(node, builder, x, axes) ??
    normalisedOver(builder, x, axes, floatAttribute(node, "epsilon") ?? 1e-5);
  return perInput(
    node,
    builder,
    () => throughNormalised(builder, builder.mul(upstream, weight), shared(), axes),
    () => builder.sumTo(builder.mul(upstream, shared().normalised), weight),
    () => builder.sumTo(upstream, bias!),
  );
};

/** From the operator's own mean and scale, which are single precision, so for other types they are null. */
export function layerNormalised(
  node: Node,
  builder: GraphBuilder,
  x: Ref,
  axes: readonly number[],
): Normalised | null {
  if (builder.elementType(x) !== ElementType.float32) return null;
  const dims = builder.dims(x).map((size, axis) => (axes.includes(axis) ? 1 : size));
  const statistic = { dims, elementType: ElementType.float32 };
  const mean = builder.optionalResult(node, 1, statistic);
  const scale = builder.optionalResult(node, 2, statistic);
  if (mean === null || scale === null) return null;
  return { normalised: builder.mul(builder.sub(x, mean), scale), scale };
}

/** Mean and variance over `axes`, from elementary operators. */
export function normalisedOver(
  builder: GraphBuilder,
  x: Ref,
  axes: readonly number[],
  epsilon: number,
  centred = true,
): Normalised {
  const offset = centred ? builder.sub(x, builder.mean(x, axes)) : x;
  const variance = builder.mean(builder.mul(offset, offset), axes);
  const scale = builder.div(1, builder.emit("Sqrt", [builder.add(variance, epsilon)]));
  return { normalised: builder.mul(offset, scale), scale };
}

const rmsNormalization: Rule = (node, upstream, builder) => {
  const [x, weight] = node.inputs as readonly [Ref, Ref];
  const dims = builder.dims(x);
  const axes = axesFrom(axisOf(node, dims.length, -1), dims.length);
  const epsilon = floatAttribute(node, "epsilon") ?? 1e-5;
  const shared = () => normalisedOver(builder, x, axes, epsilon, false);
  return perInput(
    node,
    builder,
    () => throughNormalised(builder, builder.mul(upstream, weight), shared(), axes, false),
    () => builder.sumTo(builder.mul(upstream, shared().normalised), weight),
  );
};

/** A vector over channels, `[C]`, in the shape that broadcasts to `[B,C,...]`. */
function overChannels(builder: GraphBuilder, vector: Ref, rank: number): Ref {
  return builder.reshape(vector, [elementCount(builder.dims(vector)), ...Array<number>(rank - 2).fill(1)]);
}

const instanceNormalization: Rule = (node, upstream, builder) => {
  const [x, weight, bias] = node.inputs as readonly [Ref, Ref, Ref];
  const { length } = builder.dims(x);
  const axes = axesFrom(2, length);
  const scaled = overChannels(builder, weight, length);
  const shared = () => normalisedOver(builder, x, axes, floatAttribute(node, "epsilon") ?? 1e-5);
  const toVector = (all: Ref, like: Ref) => builder.reshape(builder.sumTo(all, scaled), builder.dims(like));
  return perInput(
    node,
    builder,
    () => throughNormalised(builder, builder.mul(upstream, scaled), shared(), axes),
    () => toVector(builder.mul(upstream, shared().normalised), weight),
    () => toVector(upstream, bias),
  );
};

/** `[B,C,...]` as `[B,groups,C/groups,...]`; the weight has one number per group before version 21. */
const groupNormalization: Rule = (node, upstream, builder) => {
  const [x, weight, bias] = node.inputs as readonly [Ref, Ref, Ref];
  const dims = builder.dims(x);
  const groups = intAttribute(node, "num_groups") ?? 1;
  const grouped = [dims[0]!, groups, dims[1]! / groups, ...dims.slice(2)];
  const axes = axesFrom(2, grouped.length);
  const perGroup = elementCount(builder.dims(weight)) === groups && builder.opset < 21;
  const ones = dims.slice(2).map(() => 1);
  const scaled = builder.reshape(weight, [groups, perGroup ? 1 : dims[1]! / groups, ...ones]);
  const arrived = builder.reshape(upstream, grouped);
  const shared = () =>
    normalisedOver(builder, builder.reshape(x, grouped), axes, floatAttribute(node, "epsilon") ?? 1e-5);
  const toVector = (all: Ref, like: Ref) => builder.reshape(builder.sumTo(all, scaled), builder.dims(like));
  return perInput(
    node,
    builder,
    () => builder.reshape(throughNormalised(builder, builder.mul(arrived, scaled), shared(), axes), dims),
    () => toVector(builder.mul(arrived, shared().normalised), weight),
    () => toVector(arrived, bias),
  );
};

/** With fixed statistics it is a factor per channel. */
const batchNormalization: Rule = (node, upstream, builder) => {
  if (intAttribute(node, "training_mode") === 1)
    throw unsupported(node, "its statistics are those of the batch");
  const [x, weight, bias, mean, variance] = node.inputs as readonly [Ref, Ref, Ref, Ref, Ref];
  const { length } = builder.dims(x);
  const epsilon = floatAttribute(node, "epsilon") ?? 1e-5;
  const scale = builder.div(1, builder.emit("Sqrt", [builder.add(variance, epsilon)]));
  const shaped = (vector: Ref) => overChannels(builder, vector, length);
  const toVector = (all: Ref) => builder.reshape(builder.sumTo(all, shaped(weight)), builder.dims(weight));
  return perInput(
    node,
    builder,
    () => builder.mul(upstream, shaped(builder.mul(weight, scale))),
    () => toVector(builder.mul(upstream, builder.mul(builder.sub(x, shaped(mean)), shaped(scale)))),
    () => builder.reshape(toVector(upstream), builder.dims(bias)),
  );
};

/** `x / |x|`: what arrives, less its part along the result. */
const lpNormalization: Rule = (node, upstream, builder) => {
  const [x] = node.inputs as readonly [Ref];
  const [result] = node.outputs as readonly [Ref];
  const axes = [axisOf(node, builder.dims(x).length, -1)];
  const isFirst = intAttribute(node, "p") === 1;
  const size = isFirst ? builder.emit("Abs", [x]) : builder.mul(x, x);
  const norm = isFirst ? builder.sum(size, axes) : builder.emit("Sqrt", [builder.sum(size, axes)]);
  const along = builder.sum(builder.mul(upstream, result), axes);
  const direction = isFirst ? builder.emit("Sign", [x]) : result;
  return [builder.div(builder.sub(upstream, builder.mul(direction, along)), norm)];
};

export const normalisationGradients = {
  Softmax: softmax,
  LogSoftmax: logSoftmax,
  LayerNormalization: layerNormalization,
  RMSNormalization: rmsNormalization,
  SimplifiedLayerNormalization: rmsNormalization,
  InstanceNormalization: instanceNormalization,
  GroupNormalization: groupNormalization,
  BatchNormalization: batchNormalization,
  LpNormalization: lpNormalization,
} satisfies RuleTable;
