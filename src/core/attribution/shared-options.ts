// Options that several methods have, so that they are called and explained alike everywhere.
import type { OptionSpecs } from "./method.ts";

export const startLayerOption = {
  kind: "layer",
  label: "Start layer",
  help: "First layer that takes part; earlier layers are left out.",
  initial: 0,
} as const satisfies OptionSpecs[string];

export const discardRatioOption = {
  kind: "range",
  label: "Discard ratio",
  help: "Share of each layer's smallest attention entries set to zero before layers are multiplied.",
  minimum: 0,
  maximum: 0.99,
  step: 0.01,
  initial: 0.9,
} as const satisfies OptionSpecs[string];

/** Of methods that average the last layer's gradient over darker copies of the picture. */
export const brightnessStepsOption = {
  kind: "range",
  label: "Steps",
  help: "Brightness steps from grey to the picture over which the gradient is averaged; 1 is the picture alone.",
  minimum: 1,
  maximum: 50,
  step: 1,
  initial: 20,
} as const satisfies OptionSpecs[string];

/** What is true of all of them. */
export const brightnessStepsCaveat =
  "The gradient is averaged on the way from a grey picture, so it costs a backward pass for every step.";

export const normalisationOption = {
  kind: "choice",
  label: "Normalisation",
  help: "What each layer's matrix is divided by after the identity is added.",
  choices: [
    {
      value: "row",
      label: "Rows",
      help: "Each row by its own sum, so rows stay probabilities (correct).",
    },
    {
      value: "vit-explain",
      label: "vit-explain",
      help: "Each column by the sum of the row with the same index, as the vit-explain code does.",
    },
  ],
  initial: "row",
} as const satisfies OptionSpecs[string];
