// Generic attention explainability: attention weighted by its gradient, added up over all paths to the class token.
import { carryRelevance } from "./carry-relevance.ts";
import { defineMethod } from "./method.ts";
import { layerIndex } from "./option-values.ts";
import { type Clamp, weighAttention } from "./positive-attention.ts";
import { once, rememberLast } from "./remember.ts";
import { startLayerOption } from "./shared-options.ts";

/**
 * What each patch contributes to the class through attention, without any relevance pass.
 *
 * `C_l = mean_h(relu(G_l * A_l))`, `R <- R + C_l R` from `R = I` at the start layer upwards; the map is the output row
 * of R, `[P]`, >= 0, not normalised. Only that row is carried: `r <- r + r C_l` from the last layer down.
 * @throws attribution/bad-option for a start layer that does not exist.
 * @see Chefer, Gur & Wolf, ICCV 2021, eq. 5 and 6, https://arxiv.org/abs/2103.15679; clamped after the mean: `genattr`
 * in the code of Beyond Intuition (Chen et al. 2023).
 */
export const genericAttention = defineMethod({
  id: "generic-attention",
  label: "Generic attention",
  family: "gradient",
  cite: "Chefer, Gur & Wolf 2021 (ICCV), eq. 5 and 6",
  paper: "https://arxiv.org/abs/2103.15679",
  formula: "R ← R + C_l R,  C_l = mean_h(relu(∂y/∂A_l ⊙ A_l));  map = R[CLS, patches]",
  summary: "Adds up, over all layers, the attention that raises the score of the chosen class.",
  caveats: [
    "Nothing is normalised between layers, so the scale of the score decides how much longer paths count.",
    "Attention that lowers the score is left out: the map cannot show what speaks against the class.",
    "The authors' CLIP notebook uses the last layer only; set the start layer to the last one for that.",
  ],
  licence: "The authors' code is under the MIT licence; none of it is here.",
  classSpecific: true,
  signed: false,
  resolution: "patches",
  needs: ["attention", "attentionGradient"],
  options: {
    clamp: {
      kind: "choice",
      label: "Negative values",
      help: "Where weighted attention below zero is set to zero.",
      choices: [
        { value: "before-mean", label: "In every head", help: "Before heads are averaged, as in the paper." },
        {
          value: "after-mean",
          label: "After averaging",
          help: "Heads may cancel each other, as in the code of Beyond Intuition.",
        },
      ],
      initial: "before-mean",
    },
    startLayer: startLayerOption,
  },
  explainer: ({ attention, attentionGradient }) => {
    const layersOf = rememberLast((clamp: Clamp) =>
      attention.layers.map((layer, index) =>
        once(() => weighAttention(layer, attentionGradient.layers[index], attention, clamp)),
      ),
    );
    return ({ clamp, startLayer }) => {
      const start = layerIndex("startLayer", startLayer, attention.layers.length);
      return carryRelevance(attention, layersOf(clamp).slice(start));
    };
  },
});
