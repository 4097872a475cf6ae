// Layer-wise relevance propagation as in "Transformer Interpretability Beyond Attention Visualization".
import { gradient } from "./gradient.ts";
import { cheferLinear } from "./lrp/chefer-linear.ts";
import { cheferClone, cheferSum } from "./lrp/chefer-sums.ts";
import { productRows } from "./lrp/linear-map.ts";
import { moves } from "./lrp/moves.ts";
import { activationOperators, normalisationOperators, pass, passFactor, rowsOf } from "./lrp/pass.ts";
import { safeDivide, stableDivide } from "./lrp/safe-divide.ts";
import { pickRule, simple } from "./lrp/simple.ts";
import type { RuleTable } from "./rule.ts";

export interface LrpOptions {
  /**
   * The authors' two sets of layers: `ours` of their method, `original` of the LRP that they compare it with, where
   * sums do not conserve and linear layers divide positive and negative inputs separately.
   */
  readonly layers?: "ours" | "original";
  /** Of the alpha-beta rule, at least 1; beta is `alpha - 1`. */
  readonly alpha?: number;
  /**
   * Keeps divisors this part of their root mean square away from zero, on their side of it, instead of dividing as the
   * authors do. It is another map: with 0.01 on DeiT-Tiny its ranks agree with theirs by 0.8, but a picture changed by
   * a millionth changes it by 3e-5 of its maximum instead of 1e-2, and it does not depend on where an exporter put the
   * scale of queries and keys.
   */
  readonly epsilon?: number;
}

/**
 * Relevance of every value for a seed, which is one-hot on the logits (1, not the logit's value). The relevance of an
 * attention map is what arrives at the result of its softmax.
 *
 * The graph must be canonical, so that normalisations and activations are whole, and hold one picture: sums are scaled
 * over whole tensors. Scale factors before the product of queries and keys instead of behind it change the results as
 * much as the shift of 1e-9 in its division does. Means give every element the same share, as the authors' DINOv2
 * variant does.
 * @see Chefer, Gur, Wolf 2021, https://arxiv.org/abs/2012.09838
 */
export function lrp({ layers = "ours", alpha = 1, epsilon }: LrpOptions = {}): RuleTable {
  const divide = epsilon === undefined ? safeDivide : stableDivide(epsilon);
  const isOurs = layers === "ours";
  const sum = cheferSum({ rescaled: isOurs, divide });
  return {
    ...moves,
    ...rowsOf(activationOperators, pass),
    ...rowsOf(normalisationOperators, pass),
    ...rowsOf(["Softmax", "LogSoftmax", "Neg", "Abs", "Sqrt", "Exp", "Log", "Pow", "Div"], pass),
    ...productRows(cheferLinear({ alpha, separate: !isOurs, divide }), (rule) => simple(rule, divide, 0.5)),
    Add: sum,
    Sum: sum,
    Sub: sum,
    Clone: cheferClone,
    Mul: passFactor(simple(gradient.Mul, divide, 0.5)),
    Gather: pickRule(gradient.Gather),
    Slice: pickRule(gradient.Slice),
    AveragePool: simple(gradient.AveragePool, divide),
    Resize: simple(gradient.Resize, divide),
    GlobalAveragePool: gradient.GlobalAveragePool,
    ReduceMean: gradient.ReduceMean,
    ReduceSum: gradient.ReduceMean,
  };
}
