// What the class token attends to in one layer, in one head or in all.
import { XaiError } from "../errors.ts";
import { defineMethod } from "./method.ts";
import { checkRange, layerIndex } from "./option-values.ts";
import { outputRowOf, outputRowOfHeads } from "./output-row.ts";

/**
 * `A_l[h]`, or the mean over heads; the output row over the patches, `[P]`, 0..1, not normalised.
 * @throws attribution/bad-option for a layer or a head that does not exist.
 * @see Dosovitskiy et al. 2020, https://arxiv.org/abs/2010.11929
 */
export const rawAttention = defineMethod({
  id: "raw-attention",
  label: "Attention of a layer or head",
  family: "rollout",
  cite: "Vaswani et al. 2017, eq. 1",
  paper: "https://arxiv.org/abs/1706.03762",
  formula: "map = A_l[h, CLS, patches],  A_l = softmax(QKᵀ/√d)",
  summary: "What the class token looks at in a layer of your choice, in one head or on average.",
  caveats: [
    "It does not depend on the class: it shows what is looked at, not what speaks for a class.",
    "One head of one layer is a small part of the model; what it shows need not reach the answer.",
  ],
  licence: "The definition is the model's own; no code of others is here.",
  classSpecific: false,
  signed: false,
  resolution: "patches",
  needs: ["attention"],
  options: {
    layer: { kind: "layer", label: "Layer", help: "Layer whose attention is shown.", initial: -1 },
    head: { kind: "head", label: "Head", help: "Head that is shown, or the mean of all heads.", initial: -1 },
  },
  explainer:
    ({ attention }) =>
    ({ layer, head }) => {
      const matrices = attention.layers[layerIndex("layer", layer, attention.layers.length)];
      checkRange("head", head, -1, attention.heads - 1);
      if (!Number.isInteger(head))
        throw new XaiError("attribution/bad-option", {
          option: "head",
          reason: `${head} is between two heads`,
        });
      const row =
        head === -1 ? outputRowOfHeads(matrices, attention) : outputRowOf(matrices, head, attention);
      return row.slice(attention.prefixTokens);
    },
});
