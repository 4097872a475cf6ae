// Attention rollout as its paper has it, with every layer's result.
import { noDiscard } from "./discard.ts";
import { fuseHeads } from "./head-fusion.ts";
import { defineMethod } from "./method.ts";
import { multiplyRow } from "./multiply-row.ts";
import { checkRange, layerIndex } from "./option-values.ts";
import { outputRow } from "./output-row.ts";
import { propagateRow } from "./propagate.ts";
import { once } from "./remember.ts";
import { startLayerOption } from "./shared-options.ts";

/**
 * How much of each patch is in the class token after a chosen layer.
 *
 * `R_l = a_l ... a_s`, `a_l = rownorm(mean_h(A_l) + I)` with the residual path, or `mean_h(A_l)` without it; the map is
 * the output row of R_l over the patches, `[P]`, >= 0, not normalised. With the prefix tokens it would sum to 1.
 * @throws attribution/bad-option where the start layer lies behind the last one, or either does not exist.
 * @see Abnar & Zuidema 2020, eq. 1, https://arxiv.org/abs/2005.00928; the class token as the only output:
 * Chefer et al. 2021, the baseline `generate_rollout`, which starts at layer 1.
 */
export const abnarZuidema = defineMethod({
  id: "abnar-zuidema",
  label: "Rollout, layer by layer",
  family: "rollout",
  cite: "Abnar & Zuidema 2020, eq. 1",
  paper: "https://arxiv.org/abs/2005.00928",
  formula: "R_l = ã_l R_{l−1},  ã_l = ½ mean_h(A_l) + ½ I;  map = R_l[CLS, patches]",
  summary: "How much of each patch has reached the class token after any layer, averaged over heads.",
  caveats: [
    "It does not depend on the class: it shows where information can come from, not what speaks for a class.",
    "After many layers the rows grow alike, and the map shows what all tokens attend to.",
    "Without the residual path a layer that attends to one token wipes out what came before.",
  ],
  licence: "The authors' code names no licence; the formula is from the paper, and none of the code is here.",
  classSpecific: false,
  signed: false,
  resolution: "patches",
  needs: ["attention"],
  options: {
    residual: {
      kind: "choice",
      label: "Residual path",
      help: "Whether each layer keeps half of what was there before it.",
      choices: [
        { value: "with", label: "With", help: "Half of every layer is the identity, as in the paper." },
        { value: "without", label: "Without", help: "Attention alone is multiplied." },
      ],
      initial: "with",
    },
    startLayer: startLayerOption,
    lastLayer: {
      kind: "layer",
      label: "Up to layer",
      help: "Last layer that takes part; the map shows the class token after it.",
      initial: -1,
    },
  },
  explainer: ({ attention }) => {
    const fusedLayers = once(() => fuseHeads(attention, "mean", []));
    return ({ residual, startLayer, lastLayer }) => {
      const last = layerIndex("lastLayer", lastLayer, attention.layers.length);
      const start = layerIndex("startLayer", startLayer, attention.layers.length);
      checkRange("startLayer", start, 0, last);
      let row = outputRow(attention);
      for (const fused of fusedLayers()
        .slice(start, last + 1)
        .reverse())
        row =
          residual === "with" ? propagateRow(row, fused, noDiscard, false, "row") : multiplyRow(row, fused);
      return row.slice(attention.prefixTokens);
    };
  },
});
