// Grad-SAM: attention that raises the score, averaged over layers, heads and all tokens that attend.
import { defineMethod } from "./method.ts";

/**
 * `mean_{l,h,i} (A_l * relu(G_l))[h, i, j]`, `[P]`, >= 0, not normalised.
 * @see Barkan et al., CIKM 2021, https://arxiv.org/abs/2204.11073
 */
export const gradSam = defineMethod({
  id: "grad-sam",
  label: "Grad-SAM",
  family: "gradient",
  cite: "Barkan et al. 2021 (CIKM)",
  paper: "https://arxiv.org/abs/2204.11073",
  formula: "map_j = mean_{l,h,i}(A_l ⊙ relu(∂y/∂A_l))[h, i, j]",
  summary:
    "How much attention each patch gets, from any token in any layer, that raises the score of the class.",
  caveats: [
    "Rows of all tokens count alike, not only that of the class token.",
    "Paths through several layers are not followed; each layer is read by itself.",
    "Written for language models; the authors gave no code and no results on pictures.",
  ],
  licence: "The formula is from the paper; its authors published no code.",
  classSpecific: true,
  signed: false,
  resolution: "patches",
  needs: ["attention", "attentionGradient"],
  options: {},
  explainer:
    ({ attention, attentionGradient }) =>
    () => {
      const { heads, tokens, prefixTokens } = attention;
      const sum = new Float64Array(tokens);
      attention.layers.forEach((layer, index) => {
        const gradient = attentionGradient.layers[index];
        for (let start = 0; start < layer.length; start += tokens)
          // Half of x + |x| is relu(x), and takes a third of a maximum's time.
          for (let j = 0; j < tokens; j++)
            sum[j] += layer[start + j] * (gradient[start + j] + Math.abs(gradient[start + j]));
      });
      const count = 2 * attention.layers.length * heads * tokens;
      return sum.slice(prefixTokens).map((value) => value / count);
    },
});
