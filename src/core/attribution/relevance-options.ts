// Options that methods on relevance share, and what they want of their tensors.
import type { OptionSpecs } from "./method.ts";
import { layerIndex } from "./option-values.ts";
import { startLayerOption } from "./shared-options.ts";
import type { TensorVariant } from "./tensors.ts";

export const relevanceRulesOption = {
  kind: "choice",
  label: "Rules",
  help: "How relevance is passed back through the layers of the network.",
  choices: [
    {
      value: "ours",
      label: "Authors'",
      help: "The layers of the 2021 paper: sums keep the amount of relevance.",
    },
    {
      value: "original",
      label: "Original LRP",
      help: "The layers that the paper compares with: sums do not keep the amount, and signs are divided separately.",
    },
    {
      value: "stabilised",
      label: "Stabilised",
      help: "The authors' rules with divisors kept away from zero: another map, but one that rounding does not change.",
    },
  ],
  initial: "ours",
} as const satisfies OptionSpecs[string];

/** The authors evaluate from the second layer on; their demonstration starts with the first. */
export const relevanceStartOption = {
  ...startLayerOption,
  initial: 1,
} as const satisfies OptionSpecs[string];

/**
 * The layers that take part.
 * @throws attribution/bad-option for a start layer that does not exist.
 */
export function relevantLayers<Layer>(layers: readonly Layer[], startLayer: number): readonly Layer[] {
  return layers.slice(layerIndex("startLayer", startLayer, layers.length, relevanceStartOption.initial));
}

export const rowNormalisationOption = {
  kind: "choice",
  label: "Row normalisation",
  help: "Whether each layer's rows are divided by their sum after the identity is added.",
  choices: [
    { value: "off", label: "Off", help: "As in the paper and its code." },
    { value: "on", label: "On", help: "As in the code for DINOv2, MAE and CLIP that followed it." },
  ],
  initial: "off",
} as const satisfies OptionSpecs[string];

export const relevanceCaveats = [
  "The rules divide by products near zero: what nobody sees in the picture can change the map, most of all through the first layers.",
  "Trust it as far as its stability figure goes, or choose the stabilised rules.",
  "The size of values means nothing across pictures or classes, only their order within one map.",
] as const;

export type RelevanceRulesChoice = (typeof relevanceRulesOption)["choices"][number]["value"];

/** Part of their root mean square that divisors are kept away from zero by the stabilised rules. */
const stabiliser = 0.01;

/** The tensors that the rules option asks for. */
export function relevanceVariant({ rules }: { readonly rules: RelevanceRulesChoice }): TensorVariant {
  if (rules === "stabilised") return { relevance: { table: "lrp", layers: "ours", epsilon: stabiliser } };
  return { relevance: { table: "lrp", layers: rules } };
}
