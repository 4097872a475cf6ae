// Partial relevance: what arrives at the attention map of a single layer, without going further back.
import { defineMethod } from "./method.ts";
import { multiplyRow } from "./multiply-row.ts";
import { layerIndex } from "./option-values.ts";
import { outputRow } from "./output-row.ts";
import { averagePositive, weighAttention } from "./positive-attention.ts";
import { relevanceCaveats, relevanceRulesOption, relevanceVariant } from "./relevance-options.ts";

/**
 * How much relevance the class token's attention to each patch receives in one layer.
 *
 * `mean_h(relu(R_l))`, or `mean_h(relu(G_l * R_l))` where it is weighted, in the row of the token that the head reads;
 * `[P]`, >= 0. Layer -1 is the authors' "last_layer" and 1 their "second_layer"; weighted, those with `is_ablation`.
 * @throws attribution/bad-option for a layer that does not exist.
 * @see Voita et al. 2019, https://arxiv.org/abs/1905.09418; as a baseline: Chefer, Gur & Wolf, CVPR 2021, section 4
 */
export const partialRelevance = defineMethod({
  id: "partial-relevance",
  label: "Partial relevance",
  family: "relevance",
  cite: "Voita et al. 2019; Chefer, Gur & Wolf 2021 (CVPR), “partial LRP”",
  paper: "https://arxiv.org/abs/1905.09418",
  formula: "map = mean_h(relu(R_l))[CLS, patches],  weighted: mean_h(relu(∂y/∂A_l ⊙ R_l))[CLS, patches]",
  summary: "Shows which patches the class token's attention in one layer takes relevance from.",
  caveats: [
    ...relevanceCaveats,
    "One layer's attention mixes tokens that earlier layers have already mixed: a patch's token is not only the patch.",
  ],
  licence: "The code of Chefer et al. is under the MIT licence; none of it is here.",
  classSpecific: true,
  signed: false,
  resolution: "patches",
  unstable: true,
  needs: ["attentionRelevance", "attentionGradient"],
  options: {
    rules: relevanceRulesOption,
    layer: {
      kind: "layer",
      label: "Layer",
      help: "The layer whose attention is read. In the last one, relevance has met the fewest divisions near zero.",
      initial: -1,
    },
    weighting: {
      kind: "choice",
      label: "Weighting",
      help: "Whether relevance is multiplied by the gradient of the class's score.",
      choices: [
        { value: "none", label: "None", help: "Relevance alone, as in the paper." },
        {
          value: "gradient",
          label: "Gradient",
          help: "Each entry times the gradient there, before heads are averaged.",
        },
      ],
      initial: "none",
    },
  },
  variant: relevanceVariant,
  explainer: ({ attentionRelevance, attentionGradient }) => {
    return ({ layer, weighting }) => {
      const index = layerIndex("layer", layer, attentionRelevance.layers.length);
      const relevance = attentionRelevance.layers[index];
      const fused =
        weighting === "none"
          ? averagePositive(relevance, attentionRelevance)
          : weighAttention(relevance, attentionGradient.layers[index], attentionRelevance, "before-mean");
      return multiplyRow(outputRow(attentionRelevance), fused).slice(attentionRelevance.prefixTokens);
    };
  },
});
