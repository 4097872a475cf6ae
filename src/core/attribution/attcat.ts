// AttCAT: tokens times their gradients, weighted by how much attention they get.
import { defineMethod } from "./method.ts";
import type { FloatArray } from "./tensors.ts";

/**
 * `sum_l (sum_d (dy/dX_l * X_l)[j, d]) mean_{h,i} A_l[h, i, j]`, X_l the input of block l; `[P]`, signed, not normalised.
 * @see Qiang et al., NeurIPS 2022, https://papers.nips.cc/paper_files/paper/2022/hash/20e45668fefa793bd9f2edf19be12c4b-Abstract-Conference.html
 */
export const attcat = defineMethod({
  id: "attcat",
  label: "AttCAT",
  family: "gradient",
  cite: "Qiang et al. 2022 (NeurIPS)",
  paper:
    "https://papers.nips.cc/paper_files/paper/2022/hash/20e45668fefa793bd9f2edf19be12c4b-Abstract-Conference.html",
  formula: "map_j = Σ_l (Σ_d (∂y/∂X_l ⊙ X_l)[j, d]) · mean_{h,i} A_l[h, i, j]",
  summary:
    "What each patch's token adds to the score or takes from it, weighted by the attention that it gets.",
  caveats: [
    "Signed: values below zero speak against the class.",
    "Behind the first layer a token holds more than its patch, so what is credited to a patch may lie elsewhere.",
    "Written for language models; its authors gave no results on pictures.",
  ],
  licence: "The authors' code names no licence; the formula is reproduced, and none of the code is here.",
  classSpecific: true,
  signed: true,
  resolution: "patches",
  needs: ["attention", "tokens", "tokenGradient"],
  options: {},
  explainer:
    ({ attention, tokens: blocks, tokenGradient }) =>
    () => {
      const { heads, tokens, prefixTokens } = attention;
      const sum = new Float64Array(tokens);
      attention.layers.forEach((layer, index) => {
        const received = columnSums(layer, tokens);
        const contributed = rowProducts(blocks[index].input, tokenGradient[index], tokens);
        for (let j = 0; j < tokens; j++) sum[j] += (contributed[j] * received[j]) / (heads * tokens);
      });
      return sum.slice(prefixTokens);
    },
});

/** What each key gets from all rows of all heads, `[N]`. */
function columnSums(matrices: FloatArray, tokens: number): Float64Array {
  const sums = new Float64Array(tokens);
  for (let start = 0; start < matrices.length; start += tokens)
    for (let j = 0; j < tokens; j++) sums[j] += matrices[start + j];
  return sums;
}

/** The inner product of each token with its gradient, `[N]`. */
function rowProducts(values: FloatArray, gradients: FloatArray, tokens: number): Float64Array {
  const width = values.length / tokens;
  const products = new Float64Array(tokens);
  for (let i = 0; i < values.length; i++) products[Math.floor(i / width)] += values[i] * gradients[i];
  return products;
}
