// Attention-aware relevance as modified gradients: gradient times input, at any value, is its relevance.
import { gradient } from "./gradient.ts";
import {
  frozenActivations,
  frozenDivisor,
  frozenNormalisations,
  frozenSoftmax,
  shared,
} from "./lrp/frozen.ts";
import type { RuleTable } from "./rule.ts";

/**
 * AttnLRP in its efficient form: standard deviations and activation ratios count as constants, and products of two
 * varying values give each half. The graph must be canonical, so that normalisations and activations are whole.
 * @see Achtibat et al. 2024, https://arxiv.org/abs/2402.05602, eq. 13 to 15
 */
export const attnLrp = {
  ...gradient,
  ...frozenActivations,
  ...frozenNormalisations,
  MatMul: shared(gradient.MatMul, 0.5),
  Einsum: shared(gradient.Einsum, 0.5),
  Mul: shared(gradient.Mul, 0.5),
  Div: frozenDivisor,
} satisfies RuleTable;

/**
 * The same with attention itself as a constant: relevance goes through the values only, all of it. With `withGamma`
 * this is what the authors of AttnLRP released for Vision Transformers.
 * @see Ali et al. 2022, https://arxiv.org/abs/2202.07304
 */
export const cpLrp = {
  ...attnLrp,
  MatMul: gradient.MatMul,
  Einsum: gradient.Einsum,
  Softmax: frozenSoftmax,
} satisfies RuleTable;
