// AttnLRP's rules one by one, as the paper writes them.
import { axisOf } from "../axes.ts";
import type { Ref } from "../graph-builder.ts";
import { perInput, type Rule } from "../rule.ts";
import { biasedSum } from "./bias.ts";
import { throughLayerNorm } from "./frozen-deviation.ts";
import type { LinearRule } from "./linear-map.ts";
import { shiftedDivide } from "./safe-divide.ts";

/** `x (R - y sum(R))`, along the softmax axis; places that are masked out by minus infinity get nothing. */
export const softmaxRule: Rule = (node, upstream, builder) => {
  const [x] = node.inputs as readonly [Ref];
  const [y] = node.outputs as readonly [Ref];
  const axes = [axisOf(node, builder.dims(x).length, -1)];
  const rest = builder.sub(upstream, builder.mul(y, builder.sum(upstream, axes)));
  const finite = builder.where(builder.equal(x, Number.NEGATIVE_INFINITY), 0, x);
  return [builder.mul(finite, rest)];
};

/** `x (R / (y + epsilon) W')`, with the bias in y. */
export function epsilonRule(epsilon: number): LinearRule {
  const divide = shiftedDivide(epsilon);
  return ({ x, weight, result, back }, upstream, builder) =>
    builder.mul(x, back(divide(builder, upstream, result()), weight));
}

/** `a R / (a + b + epsilon)` for both summands; a bias takes nothing. */
export function sumRule(epsilon: number): Rule {
  const divide = shiftedDivide(epsilon);
  return (node, upstream, builder) => {
    const biased = biasedSum(node, builder);
    return node.inputs.map((input, place) => {
      if (!builder.flowsTo(input)) return null;
      if (biased !== null) return builder.sumTo(upstream, input);
      const s = builder.sumTo(divide(builder, upstream, node.outputs[0]!), input);
      const share = builder.mul(input, s);
      return node.opType === "Sub" && place === 1 ? builder.emit("Neg", [share]) : share;
    });
  };
}

/** Half of it for each factor. */
export const halfEach: Rule = (node, upstream, builder) =>
  node.inputs.map((input) =>
    builder.flowsTo(input) ? builder.mul(builder.sumTo(upstream, input), 0.5) : null,
  );

/** `x s (u - mean(u))`, `u = weight R / (y + epsilon)`, with the standard deviation `1 / s` as a constant. */
export function layerNormRule(epsilon: number): Rule {
  const divide = shiftedDivide(epsilon);
  return (node, upstream, builder) =>
    perInput(node, builder, () => {
      const arrived = divide(builder, upstream, node.outputs[0]!);
      return builder.mul(node.inputs[0]!, throughLayerNorm(node, arrived, builder));
    });
}
