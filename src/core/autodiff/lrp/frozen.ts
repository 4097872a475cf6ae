// Gradients in which data-dependent factors count as constants, so that gradient times input is relevance.

import { activationGradients } from "../gradient/activations.ts";
import { gradient } from "../gradient.ts";
import { perInput, type Rule } from "../rule.ts";
import { throughLayerNorm, throughRmsNorm } from "./frozen-deviation.ts";
import { rowsOf } from "./pass.ts";

const layerNormalization: Rule = (node, upstream, builder) =>
  perInput(node, builder, () => throughLayerNorm(node, upstream, builder));

const rmsNormalization: Rule = (node, upstream, builder) =>
  perInput(node, builder, () => throughRmsNorm(node, upstream, builder));

export const frozenNormalisations = {
  LayerNormalization: layerNormalization,
  RMSNormalization: rmsNormalization,
  SimplifiedLayerNormalization: rmsNormalization,
} as const;

/** `act(x) / (x + 1e-10)` instead of the slope. */
const ratio: Rule = (node, upstream, builder) =>
  perInput(node, builder, () => {
    const divisor = builder.add(node.inputs[0]!, 1e-10);
    return builder.mul(upstream, builder.div(node.outputs[0]!, divisor));
  });

export const frozenActivations = rowsOf(Object.keys(activationGradients), ratio);

/** Where several factors vary, each gets its share; a single varying one gets everything. */
export function shared(gradientRule: Rule, share: number): Rule {
  return (node, upstream, builder) => {
    const isSingle = node.inputs.some((input) => builder.isConstant(input));
    const results = gradientRule(node, upstream, builder);
    return isSingle ? results : results.map((result) => result && builder.mul(result, share));
  };
}

/** Divisors count as constants, as the norm of a vector that is brought to length 1. */
export const frozenDivisor: Rule = (node, upstream, builder) =>
  gradient.Div(node, upstream, builder).map((result, place) => (place === 0 ? result : null));

/** Attention counts as constant; a softmax that the walk starts at is the model's own last step. */
export const frozenSoftmax: Rule = (node, upstream, builder) =>
  builder.readersOf(node.outputs[0]!).length > 0 ? [] : gradient.Softmax(node, upstream, builder);
