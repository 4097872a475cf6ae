// Rollout of relevance: what arrives at the attention maps, multiplied through the layers without gradients.
import { carryRelevance } from "./carry-relevance.ts";
import { defineMethod } from "./method.ts";
import { averagePositive } from "./positive-attention.ts";
import {
  relevanceCaveats,
  relevanceRulesOption,
  relevanceStartOption,
  relevanceVariant,
  relevantLayers,
  rowNormalisationOption,
} from "./relevance-options.ts";
import { once } from "./remember.ts";

/**
 * How much relevance reaches each patch when the layers' relevance is multiplied like attention in rollout.
 *
 * `C_l = mean_h(relu(R_l))`, `R = (I + C_{L-1}) ... (I + C_s)`; the map is the output row of R over the patches, `[P]`,
 * >= 0, not normalised.
 * @throws attribution/bad-option for a start layer that does not exist.
 * @see Chefer, Gur & Wolf, CVPR 2021, method "rollout" of the authors' code, https://arxiv.org/abs/2012.09838
 */
export const relevanceRollout = defineMethod({
  id: "relevance-rollout",
  label: "Relevance rollout",
  family: "relevance",
  cite: "Chefer, Gur & Wolf 2021 (CVPR), the code's “rollout”",
  paper: "https://arxiv.org/abs/2012.09838",
  formula: "C = Ā_{L−1} ⋯ Ā_s,  Ā_l = I + mean_h(relu(R_l));  map = C[CLS, patches]",
  summary:
    "Rollout of the relevance that each attention map receives for the class, instead of attention itself.",
  caveats: [
    ...relevanceCaveats,
    "Without gradients it tells classes apart less than transformer attribution does.",
    "In the code for DINOv2 and CLIP the method of this name multiplies attention: there it is attention rollout.",
  ],
  licence: "The authors' code is under the MIT licence; none of it is here.",
  classSpecific: true,
  signed: false,
  resolution: "patches",
  unstable: true,
  needs: ["attentionRelevance"],
  options: {
    rules: relevanceRulesOption,
    startLayer: relevanceStartOption,
    rowNormalisation: rowNormalisationOption,
  },
  variant: relevanceVariant,
  explainer: ({ attentionRelevance }) => {
    const layers = attentionRelevance.layers.map((layer) =>
      once(() => averagePositive(layer, attentionRelevance)),
    );
    return ({ startLayer, rowNormalisation }) =>
      carryRelevance(attentionRelevance, relevantLayers(layers, startLayer), rowNormalisation);
  },
});
