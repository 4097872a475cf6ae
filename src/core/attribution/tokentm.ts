// TokenTM: attention and what blocks do to tokens, their length and direction, followed through the layers.
import { fuseHeads } from "./head-fusion.ts";
import { defineMethod } from "./method.ts";
import { outputRow } from "./output-row.ts";
import { averagePositive } from "./positive-attention.ts";
import type { FloatArray } from "./tensors.ts";
import { tokenLengths, transformationWeights } from "./transformation-weights.ts";

/**
 * The class token's row of `C = U_{L-1} ... U_0 diag(|E_j|)` over the patches, `[P]`, >= 0, where E are the tokens
 * that enter the first block, `U_l = (I + W_mlp) (I + (mean_h A_l W_attn) * mean_h relu(G_l))`, and each W is the
 * diagonal matrix of `transformationWeights` from the tokens before a half of the block to those after it.
 *
 * Where the head reads several tokens, their rows are averaged.
 * @see Wu et al. 2024, Token Transformation Matters, https://arxiv.org/abs/2403.14552
 */
export const tokentm = defineMethod({
  id: "tokentm",
  label: "Token transformation (TokenTM)",
  family: "gradient",
  cite: "Wu et al. 2024",
  paper: "https://arxiv.org/abs/2403.14552",
  formula:
    "C₀ = diag(‖E_j‖);  C ← (I + W_mlp)(I + (mean_h A·W_attn) ⊙ mean_h relu(∂y/∂A)) C;  W = diag(‖Ẽ_j‖/‖E_j‖ · softmax_j cos(E_j, Ẽ_j));  map = C[CLS]",
  summary:
    "Attention followed through the layers together with what each block does to the length and direction of tokens.",
  caveats: [
    "Only attention is weighed by the class's gradient; what the MLPs do counts the same for every class.",
    "Lengths count from the first tokens on, so learnt positions, which are part of them, leave a trace in the map.",
  ],
  licence:
    "Formula from the paper and the description of another group's version; no code of either is here.",
  classSpecific: true,
  signed: false,
  resolution: "patches",
  needs: ["attention", "attentionGradient", "tokens"],
  options: {},
  explainer: ({ attention, attentionGradient, tokens: blocks }) => {
    const count = attention.tokens;
    const fused = fuseHeads(attention, "mean", []);
    return () => {
      let row = outputRow(attention);
      for (let layer = blocks.length - 1; layer >= 0; layer--) {
        const { input, mid, output } = blocks[layer];
        const byMlp = transformationWeights(mid, output, count);
        row = row.map((value, index) => value * (1 + byMlp[index]));
        const worth = averagePositive(attentionGradient.layers[layer], attention);
        const byAttention = transformationWeights(input, mid, count);
        const through = throughAttention(row, fused[layer], worth);
        row = row.map((value, index) => value + through[index] * byAttention[index]);
      }
      const lengths = tokenLengths(blocks[0].input, count);
      return row.map((value, index) => value * lengths[index]).slice(attention.prefixTokens);
    };
  },
});

/** `sum_i row_i A[i,j] worth[i,j]`, `[N]`. */
function throughAttention(row: Float64Array, attention: FloatArray, worth: FloatArray): Float64Array {
  const tokens = row.length;
  const result = new Float64Array(tokens);
  for (let i = 0; i < tokens; i++)
    for (let j = 0; j < tokens; j++) result[j] += row[i] * attention[i * tokens + j] * worth[i * tokens + j];
  return result;
}
