// How the tokens of a layer mix, as one matrix out of H heads.
import { fuseHeads } from "./head-fusion.ts";
import { headWeights } from "./head-weights.ts";
import type { FloatArray, Tensors } from "./tensors.ts";
import { tokenLengths } from "./transformation-weights.ts";

/** By heads: each by how much the score depends on it. By tokens: the mean head, each token by its values' length. */
export type Perception = "heads" | "tokens";

export type MixingTensors = Pick<Tensors, "attention" | "attentionGradient" | "tokens" | "projectedValues">;

/**
 * `sum_h I_h A_h` with `headWeights` I, or `mean_h A . diag(|V_j| / |X_j|)` with V the values behind their output
 * weights and X the tokens that enter the block.
 * @returns `[N,N]`, >= 0.
 * @see Chen et al. 2023, https://openreview.net/forum?id=rm0zIzlhcX
 */
export function mixLayer(perception: Perception, tensors: MixingTensors, layer: number): FloatArray {
  return mixers[perception](tensors, layer);
}

const mixers: Readonly<Record<Perception, (tensors: MixingTensors, layer: number) => FloatArray>> = {
  heads({ attention, attentionGradient }, layer) {
    const values = attention.layers[layer];
    const weights = headWeights(values, attentionGradient.layers[layer], attention);
    const size = attention.tokens * attention.tokens;
    const sum = new Float64Array(size);
    for (let head = 0; head < attention.heads; head++)
      for (let i = 0; i < size; i++) sum[i] += weights[head] * values[head * size + i];
    return sum;
  },
  tokens({ attention, tokens, projectedValues }, layer) {
    const count = attention.tokens;
    const [mean] = fuseHeads({ ...attention, layers: [attention.layers[layer]] }, "mean", []);
    const lengths = tokenLengths(projectedValues[layer], count);
    const before = tokenLengths(tokens[layer].input, count);
    // A token of length 0 has nothing that values could be measured by.
    const shares = lengths.map((length, token) => (before[token] === 0 ? 0 : length / before[token]));
    return Float64Array.from(mean, (value, index) => value * shares[index % count]);
  },
};
