// Axes through operators that keep every number, or change each by itself: layout and element-wise steps.
import { intAttribute, intsAttribute } from "../../onnx/attributes.ts";
import { type AxisRule, type AxisStep, blended, inputAxis, kept, lost } from "./axis-fate.ts";
import { reshapedAxis } from "./reshaped-axis.ts";

/** Shapes are lined up at their ends; a single position that is repeated is no position any more. */
export const elementwise: AxisRule = ({ axis, from, to }) => {
  const aligned = axis + to.length - from.length;
  const [before, after] = [from[axis], to[aligned]];
  return before === after || before == null || after == null ? kept(aligned) : lost;
};

const transpose: AxisRule = ({ node, axis, from }) => {
  const order = intsAttribute(node, "perm") ?? from.map((_, place) => from.length - 1 - place);
  return kept(order.indexOf(axis));
};

export const reshape: AxisRule = ({ place, axis, from, to }) => {
  const found = place === 0 ? reshapedAxis(from, to, axis) : null;
  return found === null ? lost : kept(found);
};

/** Statistics over the axes from `axis` on: positions there see each other. */
const fromAxisOn =
  (usual: (step: AxisStep) => number, isOneOnly: (step: AxisStep) => boolean): AxisRule =>
  (step) => {
    if (step.place > 0) return elementwise(step);
    const first = inputAxis(step, intAttribute(step.node, "axis") ?? usual(step));
    const isInside = isOneOnly(step) ? step.axis === first : step.axis >= first;
    return isInside ? blended(step.axis) : kept(step.axis);
  };

const layerNorm = fromAxisOn(
  () => -1,
  () => false,
);

const lastAxisNorm: AxisRule = ({ axis, from, output }) => {
  if (output !== 0) return kept(axis);
  return axis === from.length - 1 ? blended(axis) : kept(axis);
};

/** Before operator set 13, softmax worked on everything from its axis on. */
const softmax = fromAxisOn(
  ({ opset }) => (opset >= 13 ? -1 : 1),
  ({ opset }) => opset >= 13,
);

/** Spatial axes see each other, batch and channels do not. */
const overSpatialAxes: AxisRule = ({ place, axis }) => {
  if (place > 0) return lost;
  return axis < 2 ? kept(axis) : blended(axis);
};

const elementwiseOperators = [
  "Abs Add And BatchNormalization BiasGelu Cast CastLike Ceil Celu Clip Cos Div Dropout Elu Equal Erf Exp FastGelu",
  "Floor Gelu Greater GreaterOrEqual HardSigmoid HardSwish Identity IsInf IsNaN LeakyRelu Less LessOrEqual Log Max",
  "Mean Min Mish Mod Mul Neg Not Or PRelu Pow QuickGelu Reciprocal Relu Round Selu Sigmoid Sign Sin Softplus",
  "Softsign Sqrt Sub Sum Swish Tanh ThresholdedRelu Where Xor Expand QuantizeLinear DequantizeLinear",
]
  .join(" ")
  .split(" ");

export const layoutFates: Readonly<Record<string, AxisRule>> = {
  ...Object.fromEntries(elementwiseOperators.map((operator) => [operator, elementwise])),
  // Beside the picture these read a weight per channel, whose axis is not lined up.
  BatchNormalization: ({ place, axis }) => (place === 0 ? kept(axis) : lost),
  Transpose: transpose,
  Reshape: reshape,
  Flatten: reshape,
  Squeeze: reshape,
  Unsqueeze: reshape,
  LayerNormalization: layerNorm,
  RMSNormalization: layerNorm,
  SimplifiedLayerNormalization: layerNorm,
  SkipLayerNormalization: lastAxisNorm,
  SkipSimplifiedLayerNormalization: lastAxisNorm,
  LpNormalization: fromAxisOn(
    () => -1,
    () => true,
  ),
  Softmax: softmax,
  LogSoftmax: softmax,
  InstanceNormalization: overSpatialAxes,
  GroupNormalization: overSpatialAxes,
  LRN: ({ axis }) => (axis === 1 ? blended(axis) : kept(axis)),
};
