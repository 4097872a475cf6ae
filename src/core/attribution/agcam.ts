// Attention-guided CAM: positive gradients of attention, weighted by the scores that the softmax reads.
import { defineMethod } from "./method.ts";

/**
 * `sum_l sum_h relu(G_l[h, CLS, .]) * sigmoid(S_l[h, CLS, .])`, `[P]`, >= 0, not normalised. Where the head reads several
 * tokens, their rows are averaged.
 * @see Leem & Seo, AAAI 2024, https://arxiv.org/abs/2402.04563
 */
export const agcam = defineMethod({
  id: "agcam",
  label: "AGCAM",
  family: "gradient",
  cite: "Leem & Seo 2024 (AAAI)",
  paper: "https://arxiv.org/abs/2402.04563",
  formula: "map = Σ_l Σ_h relu(∂y/∂A_l[h, CLS, ·]) ⊙ σ(S_l[h, CLS, ·]),  S_l = QKᵀ/√d",
  summary: "Where more attention of the class token, in any layer, would raise the score of the class.",
  caveats: [
    "The sigmoid takes the place of the softmax, so patches that get no attention still count.",
    "Only the class token's row of each layer is read; what other tokens pass on is left out.",
  ],
  licence: "The authors' code names no licence; the formula is from the paper, and none of the code is here.",
  classSpecific: true,
  signed: false,
  resolution: "patches",
  needs: ["scores", "attentionGradient"],
  options: {},
  explainer:
    ({ scores, attentionGradient }) =>
    () => {
      const { heads, tokens, prefixTokens, outputTokens } = scores;
      const sum = new Float64Array(tokens);
      scores.layers.forEach((layer, index) => {
        const gradient = attentionGradient.layers[index];
        for (let head = 0; head < heads; head++)
          for (const token of outputTokens) {
            const start = (head * tokens + token) * tokens;
            for (let j = 0; j < tokens; j++)
              sum[j] += Math.max(gradient[start + j], 0) / (1 + Math.exp(-layer[start + j]));
          }
      });
      return sum.slice(prefixTokens).map((value) => value / outputTokens.length);
    },
});
