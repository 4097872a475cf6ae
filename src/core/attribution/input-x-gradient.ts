// Input times gradient: what each pixel adds to the class score as far as the score is linear.
import { defineMethod } from "./method.ts";
import { multiplyPicture } from "./multiply-picture.ts";
import { channelOption, reduceChannels } from "./reduce-channels.ts";

/**
 * `x * dy/dx` on normalised pixels, summed over colours; `[S*S]`, signed.
 * @see Shrikumar et al. 2016, https://arxiv.org/abs/1605.01713
 */
export const inputXGradient = defineMethod({
  id: "input-x-gradient",
  label: "Input × gradient",
  family: "input",
  cite: "Shrikumar et al. 2016",
  paper: "https://arxiv.org/abs/1605.01713",
  formula: "map_p = Σ_c x_{c,p} · ∂y/∂x_{c,p}",
  summary:
    "What each pixel adds to the class score, as far as the score follows its tangent down to a grey picture.",
  caveats: [
    "Pixels of the mean colour get nothing, whatever they show, since x counts from there.",
    "The tangent is a poor guide to the whole way down to grey; integrated gradients follow the way itself.",
  ],
  licence:
    "Formula from the paper; captum (BSD-3-Clause) gave the numbers to compare with, none of its code is here.",
  classSpecific: true,
  signed: true,
  resolution: "pixels",
  needs: ["picture", "inputGradient"],
  options: { channels: channelOption("sum") },
  explainer: ({ picture, inputGradient }) => {
    const products = multiplyPicture(picture.pixels, inputGradient);
    return ({ channels }) => reduceChannels(products, channels);
  },
});
