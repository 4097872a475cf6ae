// Saliency: how strongly the class score reacts to a small change of each pixel.
import { defineMethod } from "./method.ts";
import { channelOption, reduceChannels } from "./reduce-channels.ts";

/**
 * `|dy/dx|`, with the largest, the mean or the sum of a pixel's three values; `[S*S]`, >= 0.
 * @see Simonyan et al. 2014, section 3.1, https://arxiv.org/abs/1312.6034
 */
export const saliency = defineMethod({
  id: "saliency",
  label: "Saliency",
  family: "input",
  cite: "Simonyan et al. 2014, section 3.1",
  paper: "https://arxiv.org/abs/1312.6034",
  formula: "map_p = max_c |∂y/∂x_{c,p}|",
  summary: "How strongly the class score reacts to a small change of each pixel.",
  caveats: [
    "It shows where a change would matter, not what speaks for the class: bright pixels may speak against it.",
    "Gradients of transformers are noisy and follow the borders of the patches; SmoothGrad averages some of it away.",
  ],
  licence:
    "Formula from the paper; captum (BSD-3-Clause) gave the numbers to compare with, none of its code is here.",
  classSpecific: true,
  signed: false,
  resolution: "pixels",
  needs: ["inputGradient"],
  options: { channels: channelOption("max-absolute") },
  explainer: ({ inputGradient }) => {
    const sizes = inputGradient.map(Math.abs);
    return ({ channels }) => reduceChannels(sizes, channels);
  },
});
