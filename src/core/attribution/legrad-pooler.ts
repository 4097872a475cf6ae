// LeGrad for models that pool their tokens by attention, as SigLIP: gradients of the pooler's attention.
import { XaiError } from "../errors.ts";
import { defineMethod } from "./method.ts";
import { checkRange, layersBetween } from "./option-values.ts";
import type { FloatArray, PoolerStack } from "./tensors.ts";

/** The last but one, as in the authors' code. */
const initialFirstLayer = -2;

/**
 * `sum over layers of mean_h relu(ds_l/dP_l)[h,0,j]` with P_l the pooler's attention to the tokens after layer l;
 * `[P]`, >= 0, neither upsampled nor brought to 0..1.
 *
 * Patches that the map of an empty prompt, brought to 0..1, has above `emptyPrompt` are set to 0: they are bright
 * whatever is asked. 1 switches this off.
 * @throws attribution/bad-option for a layer that the model does not have, a range that ends before it begins, or a
 * threshold below 1 where the target has no empty prompt
 * @see Bousselham et al. 2024, https://arxiv.org/abs/2404.03214
 */
export const legradPooler = defineMethod({
  id: "legrad-pooler",
  label: "LeGrad of the pooler",
  family: "gradient",
  cite: "Bousselham et al. 2024",
  paper: "https://arxiv.org/abs/2404.03214",
  formula: "map_j = Σ_l mean_h relu(∂s_l/∂P_l)[h,0,j],  s_l = t · pool(X_{l+1})/‖pool(X_{l+1})‖",
  summary:
    "Which patches the model's attention pooler would have to read more, after each layer, for a better score.",
  caveats: [
    "Only for models that pool their tokens by attention, as SigLIP.",
    "The pooler was trained on the last layer only; what it says of earlier ones is a guess.",
    "Some patches are bright whatever is asked; the empty prompt's map finds them, and they are set to 0.",
  ],
  licence: "Formula from the paper; the authors' code is MIT, none of it is here.",
  classSpecific: true,
  signed: false,
  resolution: "patches",
  needs: ["poolerGradient"],
  options: {
    firstLayer: {
      kind: "layer",
      label: "First layer",
      help: "First layer of the sum; the authors' code begins with the last but one.",
      initial: initialFirstLayer,
    },
    lastLayer: { kind: "layer", label: "Last layer", help: "Last layer of the sum.", initial: -1 },
    emptyPrompt: {
      kind: "range",
      label: "Empty prompt",
      help: "Patches that an empty prompt's map has above this are set to 0 (0.8 in the authors' code); 1 keeps all.",
      minimum: 0,
      maximum: 1,
      step: 0.05,
      initial: 1,
    },
  },
  explainer: ({ poolerGradient }) => {
    const maps = poolerGradient.layers.map((layer) => positiveRow(layer, poolerGradient));
    const emptyMaps = poolerGradient.emptyPrompt?.map((layer) => positiveRow(layer, poolerGradient)) ?? null;
    return ({ firstLayer, lastLayer, emptyPrompt }) => {
      checkRange("emptyPrompt", emptyPrompt, 0, 1);
      const range = { firstLayer, lastLayer };
      const map = summed(layersBetween(maps, range, initialFirstLayer));
      if (emptyPrompt === 1) return map;
      if (emptyMaps === null)
        throw new XaiError("attribution/bad-option", {
          option: "emptyPrompt",
          reason: "the target has no empty prompt",
        });
      const empty = stretched(summed(layersBetween(emptyMaps, range, initialFirstLayer)));
      return map.map((value, patch) => (empty[patch] > emptyPrompt ? 0 : value));
    };
  },
});

/** `mean_h relu(G)[h,0,j]` over the patches, `[P]`. */
function positiveRow(
  gradient: FloatArray,
  { heads, queries, tokens, prefixTokens }: PoolerStack,
): Float64Array {
  const row = new Float64Array(tokens);
  for (let head = 0; head < heads; head++)
    for (let j = 0; j < tokens; j++) row[j] += Math.max(gradient[head * queries * tokens + j], 0) / heads;
  return row.slice(prefixTokens);
}

function summed(maps: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const sum = new Float64Array(maps[0].length);
  for (const map of maps) for (let j = 0; j < sum.length; j++) sum[j] += map[j];
  return sum;
}

/** From its smallest value to its largest as 0..1; all 0 where these are the same. */
function stretched(map: Float64Array): Float64Array {
  let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of map) {
    smallest = Math.min(smallest, value);
    largest = Math.max(largest, value);
  }
  const range = largest - smallest || 1;
  return map.map((value) => (value - smallest) / range);
}
