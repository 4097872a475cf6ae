// Transformer attribution: relevance at the attention maps, weighted by gradients and multiplied through the layers.
import { carryRelevance } from "./carry-relevance.ts";
import { defineMethod } from "./method.ts";
import { type Clamp, weighAttention } from "./positive-attention.ts";
import {
  relevanceCaveats,
  relevanceRulesOption,
  relevanceStartOption,
  relevanceVariant,
  relevantLayers,
  rowNormalisationOption,
} from "./relevance-options.ts";
import { once, rememberLast } from "./remember.ts";

/**
 * What each patch contributes to the class by the relevance that its attention receives.
 *
 * `C_l = mean_h(relu(G_l * R_l))`, `R = (I + C_{L-1}) ... (I + C_s)`; the map is the output row of R over the patches,
 * `[P]`, >= 0, not normalised.
 *
 * The start layer is 1, as in the authors' evaluations; their demonstration starts at 0.
 * @throws attribution/bad-option for a start layer that does not exist.
 * @see Chefer, Gur & Wolf, CVPR 2021, eq. 13 and 14, https://arxiv.org/abs/2012.09838; clamped after the mean and with
 * normalised rows: the study of approximated LRP on DINOv2, MAE and CLIP
 */
export const transformerAttribution = defineMethod({
  id: "transformer-attribution",
  label: "Transformer attribution",
  family: "relevance",
  cite: "Chefer, Gur & Wolf 2021 (CVPR), eq. 13 and 14",
  paper: "https://arxiv.org/abs/2012.09838",
  formula: "C = Ā_{L−1} ⋯ Ā_s,  Ā_l = I + mean_h(relu(∂y/∂A_l ⊙ R_l));  map = C[CLS, patches]",
  summary:
    "Follows the class's relevance back to every attention map, and multiplies what counts through the layers.",
  caveats: [
    ...relevanceCaveats,
    "Only what raises the score is kept: the map cannot show what speaks against the class.",
    "With start layer 0 the most unstable step, the relevance of the first layer, takes part too.",
  ],
  licence: "The authors' code is under the MIT licence; none of it is here.",
  classSpecific: true,
  signed: false,
  resolution: "patches",
  unstable: true,
  needs: ["attentionRelevance", "attentionGradient"],
  options: {
    rules: relevanceRulesOption,
    startLayer: relevanceStartOption,
    clamp: {
      kind: "choice",
      label: "Negative values",
      help: "Where weighted relevance below zero is set to zero.",
      choices: [
        { value: "before-mean", label: "In every head", help: "Before heads are averaged, as in the paper." },
        {
          value: "after-mean",
          label: "After averaging",
          help: "Heads may cancel each other, as in the code for DINOv2, MAE and CLIP that followed it.",
        },
      ],
      initial: "before-mean",
    },
    rowNormalisation: rowNormalisationOption,
  },
  variant: relevanceVariant,
  explainer: ({ attentionRelevance, attentionGradient }) => {
    const layersOf = rememberLast((clamp: Clamp) =>
      attentionRelevance.layers.map((layer, index) =>
        once(() => weighAttention(layer, attentionGradient.layers[index], attentionRelevance, clamp)),
      ),
    );
    return ({ clamp, startLayer, rowNormalisation }) =>
      carryRelevance(attentionRelevance, relevantLayers(layersOf(clamp), startLayer), rowNormalisation);
  },
});
