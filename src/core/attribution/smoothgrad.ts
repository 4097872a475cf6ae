// SmoothGrad: the gradient averaged over copies of the picture with noise.
import { defineMethod } from "./method.ts";
import { noisyCopies } from "./picture-paths.ts";
import { channelOption, reduceChannels } from "./reduce-channels.ts";

/**
 * `(1/n) sum_i g(x + N(0, sigma^2))` with g the gradient, its size or its square, and sigma a share of the picture's
 * range of values; `[S*S]`, signed only for the gradient itself summed over colours.
 * @see Smilkov et al. 2017, https://arxiv.org/abs/1706.03825; squares: Hooker et al. 2019
 */
export const smoothgrad = defineMethod({
  id: "smoothgrad",
  label: "SmoothGrad",
  family: "input",
  cite: "Smilkov et al. 2017",
  paper: "https://arxiv.org/abs/1706.03825",
  formula: "map = (1/n) Σ_i ∂y/∂x (x + ε_i),  ε_i ~ N(0, σ²),  σ = s · (max x − min x)",
  summary:
    "The gradient of the class score averaged over many copies of the picture with a little noise each.",
  caveats: [
    "It needs as many backward passes as there are samples, and more of them leave less grain.",
    "Much noise takes the picture to places where the model was never trained; the map then tells little of this one.",
  ],
  licence: "Formula from the paper; the authors' code is Apache-2.0, none of it is here.",
  classSpecific: true,
  signed: true,
  resolution: "pixels",
  needs: ["inputPath"],
  options: {
    samples: {
      kind: "range",
      label: "Samples",
      help: "How many copies with noise are averaged; each costs a backward pass.",
      minimum: 2,
      maximum: 100,
      step: 1,
      initial: 25,
    },
    deviation: {
      kind: "range",
      label: "Noise",
      help: "Standard deviation of the noise as a share of the picture's range of values; 0.1 to 0.2 in the paper.",
      minimum: 0,
      maximum: 0.5,
      step: 0.01,
      initial: 0.15,
    },
    seed: {
      kind: "range",
      label: "Seed",
      help: "Another seed gives other noise: what stays the same does not depend on chance.",
      minimum: 0,
      maximum: 99,
      step: 1,
      initial: 0,
    },
    average: {
      kind: "choice",
      label: "Average of",
      help: "What is averaged over the samples.",
      choices: [
        {
          value: "gradient",
          label: "Gradients",
          help: "Noise cancels, and so do opposite signs (the paper).",
        },
        {
          value: "absolute",
          label: "Their sizes",
          help: "Nothing cancels: how much a pixel matters on average.",
        },
        {
          value: "square",
          label: "Their squares",
          help: "Few strong pixels stand out (SmoothGrad-Squared).",
        },
      ],
      initial: "gradient",
    },
    channels: channelOption("mean-absolute"),
  },
  variant: ({ samples, deviation, seed }) => ({ path: noisyCopies(samples, deviation, seed) }),
  explainer:
    ({ inputPath }) =>
    ({ average, channels }) =>
      reduceChannels(inputPath[average], channels),
});
