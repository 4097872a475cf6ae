// Rows of operators that relevance passes as if they were not there.
import { activationGradients } from "../gradient/activations.ts";
import { perInput, type Rule, type RuleTable } from "../rule.ts";

/** All of it goes to the first input, none to weights, slopes or exponents. */
export const pass: Rule = (node, upstream, builder) => perInput(node, builder, () => upstream);

/** All of it goes to the factor that varies; of two such factors to both, by `ofTwo`. */
export function passFactor(ofTwo: Rule): Rule {
  return (node, upstream, builder) => {
    if (!node.inputs.some((input) => builder.isConstant(input))) return ofTwo(node, upstream, builder);
    return node.inputs.map((input) => (builder.flowsTo(input) ? builder.sumTo(upstream, input) : null));
  };
}

/** Functions of one element. */
export const activationOperators: readonly string[] = Object.keys(activationGradients);

export const normalisationOperators: readonly string[] = [
  ...["LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization", "BatchNormalization"],
  ...["InstanceNormalization", "GroupNormalization", "LpNormalization"],
];

export function rowsOf(operators: readonly string[], rule: Rule): RuleTable {
  return Object.fromEntries(operators.map((operator) => [operator, rule]));
}
