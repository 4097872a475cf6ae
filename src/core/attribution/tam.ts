// Transition attention maps: attention followed back as a Markov chain, weighed by gradients along a path.
import { carryRow } from "./carry-relevance.ts";
import { fuseHeads } from "./head-fusion.ts";
import { defineMethod } from "./method.ts";
import { layerIndex } from "./option-values.ts";
import { evenSteps } from "./picture-paths.ts";
import { averagePositive } from "./positive-attention.ts";
import { brightnessStepsCaveat, brightnessStepsOption, startLayerOption } from "./shared-options.ts";

/**
 * `s = mean_h A_{L-1}[CLS]`, then `s <- s + s . mean_h A_l` down to the start layer, times
 * `w = mean_h relu(mean over the path of dy/dA_{L-1})[CLS]`; `[P]`, >= 0.
 *
 * Where the head reads several tokens, their maps are averaged.
 * @throws attribution/bad-option for a start layer that the model does not have
 * @see Yuan et al. 2021, Explaining Information Flow Inside Vision Transformers Using Markov Chain,
 * https://openreview.net/forum?id=TT-cf6QSDaQ
 */
export const tam = defineMethod({
  id: "tam",
  label: "Transition attention (TAM)",
  family: "gradient",
  cite: "Yuan et al. 2021",
  paper: "https://openreview.net/forum?id=TT-cf6QSDaQ",
  formula:
    "s ← s + s·Ā_l (l = L−2 … start),  s₀ = Ā_{L−1}[CLS];  map = s ⊙ mean_h relu((1/n) Σ_α ∂y/∂A_{L−1}(αx))[CLS]",
  summary:
    "Attention followed back through the layers as a Markov chain, weighed by what the last layer's attention is worth to the class.",
  caveats: [
    "Only the last factor knows the class: it can dim patches that attention found, but it finds none of its own.",
    brightnessStepsCaveat,
  ],
  licence: "Formula from the paper; the authors' code has no licence, none of it is here.",
  classSpecific: true,
  signed: false,
  resolution: "patches",
  needs: ["attention", "attentionPath"],
  options: {
    startLayer: {
      ...startLayerOption,
      help: "Layer down to which attention is followed; the authors evaluate with the fifth.",
    },
    steps: brightnessStepsOption,
  },
  variant: ({ steps }) => ({ path: evenSteps(steps) }),
  explainer: ({ attention, attentionPath }) => {
    const { tokens, prefixTokens, outputTokens } = attention;
    const layers = fuseHeads(attention, "mean", []);
    const earlier = layers.slice(0, -1).map((layer) => () => layer);
    const worth = averagePositive(attentionPath, attention);
    return ({ startLayer }) => {
      const start = layerIndex("startLayer", startLayer, layers.length);
      const map = new Float64Array(tokens);
      for (const token of outputTokens) {
        const own = token * tokens;
        const attended = Float64Array.from(layers[layers.length - 1].subarray(own, own + tokens));
        const states = carryRow(attended, earlier.slice(start));
        for (let j = 0; j < tokens; j++) map[j] += (states[j] * worth[own + j]) / outputTokens.length;
      }
      return map.slice(prefixTokens);
    };
  },
});
