// LibraGrad: gradients pruned and scaled so that they add up, for every method that takes gradients.
import { cpLrp } from "./attn-lrp.ts";
import type { RuleTable } from "./rule.ts";

/**
 * Use it in place of `gradient`: attention and standard deviations are not differentiated, activations pass
 * `act(x) / x`, and gates give each factor half. Gradients at attention maps exist as before, they only go no further
 * than there. From probabilities as the seed, the model's last softmax is differentiated as usual.
 * @see Mehri et al. 2025, LibraGrad, https://arxiv.org/abs/2411.16760
 */
export const libra: RuleTable = cpLrp;
