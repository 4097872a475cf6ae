// Which backward pass gives the relevance that a method asks for.
import { attnLrp, cpLrp } from "../autodiff/attn-lrp.ts";
import { attnLrpExplicit } from "../autodiff/attn-lrp-explicit.ts";
import { withGamma } from "../autodiff/lrp/gamma.ts";
import { lrp } from "../autodiff/lrp.ts";
import type { RuleTable } from "../autodiff/rule.ts";
import type { RelevanceRules } from "./tensors.ts";

/** How a backward pass is started, run and read so that relevance results. */
export interface RelevancePass {
  readonly rules: RuleTable;
  /**
   * What each output starts with: its weight in the target (1 for one class), or that weight times its score, where the
   * rules carry shares of the score itself.
   */
  readonly seed: "weight" | "weighted-score";
  /** Whether what arrives at a value is a gradient, and becomes relevance when it is multiplied by the value. */
  readonly timesValue: boolean;
}

/**
 * The pass of the backward walk that stands behind `attentionRelevance` and `inputRelevance`.
 * @see Chefer et al. 2021, https://arxiv.org/abs/2012.09838; Achtibat et al. 2024, https://arxiv.org/abs/2402.05602
 */
export function relevancePass(wanted: RelevanceRules): RelevancePass {
  switch (wanted.table) {
    case "lrp": {
      const { layers, epsilon } = wanted;
      const rules = lrp(epsilon === undefined ? { layers } : { layers, epsilon });
      return { rules, seed: "weight", timesValue: false };
    }
    case "attn-lrp-explicit":
      return { rules: attnLrpExplicit, seed: "weighted-score", timesValue: false };
    case "attn-lrp":
    case "cp-lrp": {
      const table = wanted.table === "cp-lrp" ? cpLrp : attnLrp;
      const rules = wanted.gamma === undefined ? table : withGamma(table, wanted.gamma);
      return { rules, seed: "weight", timesValue: true };
    }
  }
}
