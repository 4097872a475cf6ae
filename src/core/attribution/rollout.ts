// Attention rollout: attention multiplied through the layers, half of every step kept for the residual path.
import { fuseLayer, type HeadFusion } from "./head-fusion.ts";
import { defineMethod } from "./method.ts";
import { rememberLast } from "./remember.ts";
import { rankLayers, rolloutProduct } from "./rollout-product.ts";
import { discardRatioOption, normalisationOption, startLayerOption } from "./shared-options.ts";

/**
 * How much each patch reaches the class token when attention is multiplied through the layers.
 *
 * `F_l = fuse_h(A_l)`, its `floor(N^2 * discardRatio)` smallest entries set to 0 (CLS to CLS excepted),
 * `a_l = normalised((F_l + I) / 2)`, `R = a_{L-1} ... a_{startLayer}`; the map is the class token's row of R over
 * the patches, `[P]`, >= 0, not normalised. Where the head reads several tokens (distilled DeiT), their rows are averaged.
 * @throws attribution/bad-option for a start layer or a discard ratio outside its range.
 * @see Abnar & Zuidema 2020, eq. 1, https://arxiv.org/abs/2005.00928; discard and fusion: vit-explain, whose
 * column scaling is `normalisation: "vit-explain"`, and which divides the map by its maximum.
 */
export const rollout = defineMethod({
  id: "rollout",
  label: "Attention rollout",
  family: "rollout",
  cite: "Abnar & Zuidema 2020, eq. 1",
  paper: "https://arxiv.org/abs/2005.00928",
  formula: "R = ã_{L−1} ⋯ ã_s,  ã_l = rownorm(fuse_h(A_l) + I);  map = R[CLS, patches]",
  summary: "How much of each patch reaches the class token when attention is multiplied through all layers.",
  caveats: [
    "It does not depend on the class: it shows where information can come from, not what speaks for a class.",
    "Discarding the smallest entries sharpens the map a great deal; compare methods at the same discard ratio.",
  ],
  licence: "Formula from the paper; vit-explain (MIT) is reproduced as a preset, without its code.",
  classSpecific: false,
  signed: false,
  resolution: "patches",
  needs: ["attention"],
  options: {
    fusion: {
      kind: "choice",
      label: "Head fusion",
      help: "How the heads of a layer become one matrix before layers are multiplied.",
      choices: [
        { value: "mean", label: "Mean", help: "Average over heads, as in the paper." },
        { value: "max", label: "Max", help: "Strongest head for every pair of tokens." },
        { value: "min", label: "Min", help: "Only what all heads agree on." },
      ],
      initial: "mean",
    },
    discardRatio: discardRatioOption,
    normalisation: normalisationOption,
    startLayer: startLayerOption,
    headsOff: {
      kind: "heads-off",
      label: "Heads",
      help: "Switch single heads off; a layer with no head left keeps only its residual path.",
      initial: [],
    },
  },
  explainer: ({ attention }) => {
    const layersOf = rememberLast((fusion: HeadFusion, headsOff: readonly number[]) =>
      rankLayers(attention.layers.length, (layer) => fuseLayer(attention, layer, fusion, headsOff)),
    );
    return ({ fusion, headsOff, discardRatio, normalisation, startLayer }) =>
      rolloutProduct(attention, layersOf(fusion, headsOff), {
        discardRatio,
        normalisation,
        startLayer,
        keepFirst: true,
      });
  },
});
