// Beyond Intuition: how tokens mix, by heads or by values, times what the last attention is worth to the class.
import { carryRow } from "./carry-relevance.ts";
import { defineMethod, type RawMap } from "./method.ts";
import { mixLayer } from "./mixing.ts";
import { layerIndex } from "./option-values.ts";
import { evenSteps } from "./picture-paths.ts";
import { averagePositive } from "./positive-attention.ts";
import { brightnessStepsCaveat, brightnessStepsOption, startLayerOption } from "./shared-options.ts";
import type { AttentionStack, FloatArray } from "./tensors.ts";

/**
 * `R <- R + O_l R` from the start layer on, `W = mean_h relu(mean over the path of dy/dA_{L-1})`; the map is the
 * class token's row of `W * R` over the patches, `[P]`, >= 0.
 *
 * O_l is `mixLayer`. Where the head reads several tokens, their rows are averaged, as in the authors' code for MAE.
 * It yields the share done.
 * @throws attribution/bad-option for a start layer that the model does not have
 * @see Chen et al. 2023, https://openreview.net/forum?id=rm0zIzlhcX; the authors count start layers from 1
 */
export const beyondIntuition = defineMethod({
  id: "beyond-intuition",
  label: "Beyond Intuition (BTH)",
  family: "gradient",
  cite: "Chen et al. 2023",
  paper: "https://openreview.net/forum?id=rm0zIzlhcX",
  formula:
    "R ← R + O_l R,  O_l = Σ_h I_h A_h  or  Ā_l · diag(‖V_j‖/‖X_j‖);  map = (mean_h relu((1/n) Σ_α ∂y/∂A_{L−1}(αx)) ⊙ R)[CLS]",
  summary: "How tokens mix from layer to layer, times what the last layer's attention is worth to the class.",
  caveats: [
    "Head-wise, the class weighs heads in every layer; token-wise, it enters in the last layer only.",
    brightnessStepsCaveat,
  ],
  licence: "Formula from the paper; the authors' code has no licence, none of it is here.",
  classSpecific: true,
  signed: false,
  resolution: "patches",
  needs: ["attention", "attentionGradient", "attentionPath", "tokens", "projectedValues"],
  options: {
    perception: {
      kind: "choice",
      label: "Attention by",
      help: "How the heads of a layer become one matrix.",
      choices: [
        { value: "heads", label: "Heads", help: "Each head by how much the class score depends on it." },
        { value: "tokens", label: "Tokens", help: "The mean head, each token by how long its values are." },
      ],
      initial: "heads",
    },
    startLayer: {
      ...startLayerOption,
      help: "First layer that takes part; the authors' code has the fourth (heads) and the sixth (tokens).",
    },
    steps: brightnessStepsOption,
  },
  variant: ({ steps }) => ({ path: evenSteps(steps) }),
  explainer: (tensors) => {
    const { attention } = tensors;
    const worth = averagePositive(tensors.attentionPath, attention);
    const known = { heads: new Map<number, FloatArray>(), tokens: new Map<number, FloatArray>() };
    return function* ({ perception, startLayer }) {
      const count = attention.layers.length;
      const start = layerIndex("startLayer", startLayer, count);
      const layers: FloatArray[] = [];
      for (let layer = start; layer < count; layer++) {
        const mixing = known[perception].get(layer) ?? mixLayer(perception, tensors, layer);
        known[perception].set(layer, mixing);
        layers.push(mixing);
        yield (layer + 1 - start) / (count - start);
      }
      return weighedRows(layers, worth, attention);
    };
  },
});

/** The rows of `W * R` that the head reads, averaged, over the patches. */
function weighedRows(
  layers: readonly FloatArray[],
  worth: FloatArray,
  { tokens, prefixTokens, outputTokens }: AttentionStack,
): RawMap {
  const map = new Float64Array(tokens);
  for (const token of outputTokens) {
    const read = new Float64Array(tokens);
    read[token] = 1;
    const row = carryRow(
      read,
      layers.map((layer) => () => layer),
    );
    for (let j = 0; j < tokens; j++) map[j] += (row[j] * worth[token * tokens + j]) / outputTokens.length;
  }
  return map.slice(prefixTokens);
}
