// Attention-aware relevance by the paper's own rules, each of which carries relevance itself.
import { gradient } from "./gradient.ts";
import { epsilonRule, halfEach, layerNormRule, softmaxRule, sumRule } from "./lrp/attention-rules.ts";
import { productRows } from "./lrp/linear-map.ts";
import { moves } from "./lrp/moves.ts";
import { activationOperators, normalisationOperators, pass, passFactor, rowsOf } from "./lrp/pass.ts";
import { type Divide, shiftedDivide } from "./lrp/safe-divide.ts";
import { simple } from "./lrp/simple.ts";
import type { RuleTable } from "./rule.ts";

/** `R / (2 C + 1e-8)` */
const halved: Divide = (builder, a, b) => shiftedDivide(1e-8)(builder, a, builder.mul(b, 2));

const mean = shiftedDivide(1e-8);
const sum = sumRule(1e-8);

/**
 * The same relevance as `attnLrp` times the values, but for the stabilisers, which here are added without a sign:
 * 1e-6 in linear layers and normalisations, 1e-8 elsewhere. The seed is the relevance itself, such as the logit.
 * @see Achtibat et al. 2024, https://arxiv.org/abs/2402.05602, section 3.3
 */
export const attnLrpExplicit = {
  ...moves,
  ...rowsOf(activationOperators, pass),
  ...rowsOf(normalisationOperators, pass),
  ...rowsOf(["Neg", "Div"], pass),
  ...productRows(epsilonRule(1e-6), (rule) => simple(rule, halved)),
  Softmax: softmaxRule,
  LayerNormalization: layerNormRule(1e-6),
  BatchNormalization: simple(gradient.BatchNormalization, shiftedDivide(1e-6)),
  Add: sum,
  Sub: sum,
  Mul: passFactor(halfEach),
  ReduceMean: simple(gradient.ReduceMean, mean),
  ReduceSum: simple(gradient.ReduceSum, mean),
  GlobalAveragePool: simple(gradient.GlobalAveragePool, mean),
  AveragePool: simple(gradient.AveragePool, mean),
} satisfies RuleTable;
