// Full relevance: the class's relevance followed back through every layer to the pixels.
import { defineMethod } from "./method.ts";
import { reduceChannels } from "./reduce-channels.ts";
import { relevanceCaveats, relevanceRulesOption, relevanceVariant } from "./relevance-options.ts";

/**
 * Relevance of every pixel, summed over colours: `[S*S]`, signed. At the patch embedding it is shared by the bounded
 * rule, between the smallest and the largest value of the whole normalised picture.
 * @see Binder et al. 2016, https://arxiv.org/abs/1604.00825; in this form: method "full" of the code of Chefer,
 * Gur & Wolf, CVPR 2021, https://arxiv.org/abs/2012.09838
 */
export const fullRelevance = defineMethod({
  id: "full-relevance",
  label: "Full relevance",
  family: "relevance",
  cite: "Binder et al. 2016; Chefer, Gur & Wolf 2021 (CVPR), “full LRP”",
  paper: "https://arxiv.org/abs/2012.09838",
  formula: "map(x, y) = Σ_c R(c, x, y),  R from R = e_class at the logits through every layer to the picture",
  summary: "Passes the class's relevance back through every layer, down to single pixels.",
  caveats: [
    ...relevanceCaveats,
    "All layers take part, so it is the least stable of the relevance maps; and it tells classes apart the least.",
  ],
  licence: "The code of Chefer et al. is under the MIT licence; none of it is here.",
  classSpecific: true,
  signed: true,
  resolution: "pixels",
  unstable: true,
  needs: ["inputRelevance"],
  options: { rules: relevanceRulesOption },
  variant: relevanceVariant,
  explainer: ({ inputRelevance }) => {
    return () => reduceChannels(inputRelevance, "sum");
  },
});
