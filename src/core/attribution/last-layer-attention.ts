// What the class token attends to in the last layer.
import { defineMethod } from "./method.ts";
import { outputRowOfHeads } from "./output-row.ts";

/**
 * `mean_h(A_{L-1})`, the output row over the patches, `[P]`, 0..1, not normalised.
 * @see Chefer et al., CVPR 2021, `last_layer_attn`, https://arxiv.org/abs/2012.09838
 */
export const lastLayerAttention = defineMethod({
  id: "last-layer-attention",
  label: "Last layer's attention",
  family: "rollout",
  cite: "Chefer, Gur & Wolf 2021 (CVPR), the baseline “raw attention”",
  paper: "https://arxiv.org/abs/2012.09838",
  formula: "map = mean_h(A_{L−1})[CLS, patches]",
  summary: "What the class token looks at in the last layer, averaged over heads.",
  caveats: [
    "It does not depend on the class: it shows what is looked at, not what speaks for a class.",
    "Tokens of the last layer have mixed with all others, so a patch's token need not stand for its patch.",
  ],
  licence: "The authors' code is under the MIT licence; none of it is here.",
  classSpecific: false,
  signed: false,
  resolution: "patches",
  needs: ["attention"],
  options: {},
  explainer:
    ({ attention }) =>
    () =>
      outputRowOfHeads(attention.layers[attention.layers.length - 1], attention).slice(
        attention.prefixTokens,
      ),
});
