// Gradients of activation functions.
import { floatAttribute, textAttribute } from "../../onnx/attributes.ts";
import { ElementType, type Node } from "../../onnx/model.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { perInput, type Rule, type RuleTable } from "../rule.ts";

/** From the input, the result and the node to the derivative. */
type Derivative = (builder: GraphBuilder, x: Ref, y: Ref, node: Node) => Ref;

function activation(derivative: Derivative): Rule {
  return (node, upstream, builder) =>
    perInput(node, builder, () =>
      builder.mul(upstream, derivative(builder, node.inputs[0]!, node.outputs[0]!, node)),
    );
}

/** What arrives where a condition holds, else nothing. */
function gated(condition: (builder: GraphBuilder, x: Ref, y: Ref, node: Node) => Ref): Rule {
  return (node, upstream, builder) =>
    perInput(node, builder, () =>
      builder.where(condition(builder, node.inputs[0]!, node.outputs[0]!, node), upstream, 0),
    );
}

const exp = (builder: GraphBuilder, x: Ref) => builder.emit("Exp", [x]);

/** `s (1 - s)` of a sigmoid's result. */
const sigmoidSlope = (builder: GraphBuilder, s: Ref) => builder.mul(s, builder.sub(1, s));

/** `1 - t^2` of a tanh's result. */
const tanhSlope = (builder: GraphBuilder, t: Ref) => builder.sub(1, builder.mul(t, t));

/** `2 / sqrt(pi) exp(-x^2)` */
const erfSlope: Derivative = (builder, x) =>
  builder.mul(exp(builder, builder.mul(x, builder.emit("Neg", [x]))), 2 / Math.sqrt(Math.PI));

/**
 * `Phi(x) + x phi(x)`, or of the tanh approximation. Phi is the result divided by the input, which costs less than
 * the error function; the shift makes it 1/2 at 0, and keeps the divisor from it.
 */
const gelu: Derivative = (builder, x, y, node) => {
  if (textAttribute(node, "approximate") === "tanh") return tanhGelu(builder, x);
  const square = builder.mul(x, x);
  const bell = builder.mul(exp(builder, builder.mul(square, -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return builder.add(cumulative(builder, x, y, square), builder.mul(x, bell));
};

function cumulative(builder: GraphBuilder, x: Ref, y: Ref, square: Ref): Ref {
  const isHalf = builder.elementType(x) !== ElementType.float32;
  if (isHalf) {
    const erf = builder.emit("Erf", [builder.mul(x, Math.SQRT1_2)]);
    return builder.add(builder.mul(erf, 0.5), 0.5);
  }
  const shift = 1e-30;
  return builder.div(builder.add(builder.mul(x, y), shift / 2), builder.add(square, shift));
}

/** `x (1 + t) / 2` with `t = tanh(a x + b x^3)` */
function tanhGelu(builder: GraphBuilder, x: Ref): Ref {
  const a = Math.sqrt(2 / Math.PI);
  const b = a * 0.044715;
  const square = builder.mul(x, x);
  const t = builder.emit("Tanh", [builder.mul(x, builder.add(builder.mul(square, b), a))]);
  const inner = builder.add(builder.mul(square, 3 * b), a);
  const steep = builder.mul(builder.mul(x, inner), tanhSlope(builder, t));
  return builder.mul(builder.add(builder.add(steep, t), 1), 0.5);
}

/** `x sigmoid(alpha x)` */
const swish =
  (alphaOf: (node: Node) => number): Derivative =>
  (builder, x, y, node) => {
    const alpha = alphaOf(node);
    const s = builder.emit("Sigmoid", [builder.mul(x, alpha)]);
    const rest = builder.mul(builder.mul(y, alpha), builder.sub(1, s));
    return builder.add(s, rest);
  };

const hardSwish: Derivative = (builder, x) => {
  const middle = builder.add(builder.mul(x, 1 / 3), 0.5);
  const upper = builder.where(builder.less(x, 3), middle, 1);
  return builder.where(builder.greater(x, -3), upper, 0);
};

const hardSigmoid: Rule = (node, upstream, builder) => {
  const [y] = node.outputs as readonly [Ref];
  const slope = builder.mul(upstream, floatAttribute(node, "alpha") ?? 0.2);
  return perInput(node, builder, () =>
    builder.where(builder.greater(y, 0), builder.where(builder.less(y, 1), slope, 0), 0),
  );
};

/** Both bounds count as outside, as in ReLU6. */
const clip: Rule = (node, upstream, builder) =>
  perInput(node, builder, () => {
    const [x, low, high] = node.inputs as readonly [Ref, Ref?, Ref?];
    const bounds = [low || floatAttribute(node, "min"), high || floatAttribute(node, "max")] as const;
    const above =
      bounds[0] === undefined ? upstream : builder.where(builder.greater(x, bounds[0]), upstream, 0);
    return bounds[1] === undefined ? above : builder.where(builder.less(x, bounds[1]), above, 0);
  });

/** Above 0 the slope is `upper`, below it comes from the rule. */
const twoSided =
  (below: Derivative, upper: (node: Node) => number = () => 1): Derivative =>
  (builder, x, y, node) =>
    builder.where(builder.greater(x, 0), builder.scalar(upper(node), x), below(builder, x, y, node));

const leakyRelu = twoSided((builder, x, _, node) => builder.scalar(floatAttribute(node, "alpha") ?? 0.01, x));

/** `alpha exp(x)` is the result plus alpha. */
const elu = twoSided((builder, _, y, node) => builder.add(y, floatAttribute(node, "alpha") ?? 1));

const seluScale = (node: Node) => floatAttribute(node, "gamma") ?? 1.0507009873554805;
const seluAlpha = (node: Node) => floatAttribute(node, "alpha") ?? 1.6732632423543772;
const selu = twoSided((builder, _, y, node) => builder.add(y, seluScale(node) * seluAlpha(node)), seluScale);

/** `max(0, x) + min(0, alpha (exp(x / alpha) - 1))` */
const celu = twoSided((builder, x, _, node) =>
  exp(builder, builder.div(x, floatAttribute(node, "alpha") ?? 1)),
);

const prelu: Rule = (node, upstream, builder) => {
  const [x, slope] = node.inputs as readonly [Ref, Ref];
  const isPositive = builder.greater(x, 0);
  return perInput(
    node,
    builder,
    () => builder.where(isPositive, upstream, builder.mul(upstream, slope)),
    () => builder.sumTo(builder.where(isPositive, 0, builder.mul(upstream, x)), slope),
  );
};

/** `x tanh(softplus(x))` */
const mish: Derivative = (builder, x) => {
  const t = builder.emit("Tanh", [builder.emit("Softplus", [x])]);
  const steep = builder.mul(builder.mul(x, builder.emit("Sigmoid", [x])), tanhSlope(builder, t));
  return builder.add(t, steep);
};

/** `1 / (1 + |x|)^2` */
const softsign: Derivative = (builder, x) => {
  const root = builder.add(builder.emit("Abs", [x]), 1);
  return builder.div(1, builder.mul(root, root));
};

export const activationGradients = {
  Relu: gated((builder, _, y) => builder.greater(y, 0)),
  ThresholdedRelu: gated((builder, x, _, node) => builder.greater(x, floatAttribute(node, "alpha") ?? 1)),
  Clip: clip,
  LeakyRelu: activation(leakyRelu),
  PRelu: prelu,
  Elu: activation(elu),
  Selu: activation(selu),
  Celu: activation(celu),
  Gelu: activation(gelu),
  "com.microsoft.Gelu": activation(gelu),
  "com.microsoft.FastGelu": activation(tanhGelu),
  "com.microsoft.QuickGelu": activation(swish((node) => floatAttribute(node, "alpha") ?? 1.702)),
  Swish: activation(swish((node) => floatAttribute(node, "alpha") ?? 1)),
  Erf: activation(erfSlope),
  Tanh: activation((builder, _, y) => tanhSlope(builder, y)),
  Sigmoid: activation((builder, _, y) => sigmoidSlope(builder, y)),
  HardSigmoid: hardSigmoid,
  HardSwish: activation(hardSwish),
  Softplus: activation((builder, x) => builder.emit("Sigmoid", [x])),
  Softsign: activation(softsign),
  Mish: activation(mish),
} satisfies RuleTable;
