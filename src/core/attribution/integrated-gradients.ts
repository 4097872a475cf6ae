// Integrated gradients: what each pixel adds to the class score on the way from a grey picture to this one.
import { defineMethod, type Figure } from "./method.ts";
import { multiplyPicture } from "./multiply-picture.ts";
import { quadraturePath } from "./picture-paths.ts";
import { channelOption, reduceChannels } from "./reduce-channels.ts";
import type { Tensors } from "./tensors.ts";

/**
 * `(x - x0) * integral of dy/dx(a x) over a in 0..1`, summed over colours; `[S*S]`, signed.
 *
 * x0 is 0 on normalised pixels, the mean grey of the training pictures. All attributions sum to `y(x) - y(x0)` but for
 * the error of the quadrature, which `figures` shows.
 * @see Sundararajan et al. 2017, eq. 1, https://arxiv.org/abs/1703.01365; `trapezoid-captum`: captum's weights
 */
export const integratedGradients = defineMethod({
  id: "integrated-gradients",
  label: "Integrated gradients",
  family: "input",
  cite: "Sundararajan et al. 2017, eq. 1",
  paper: "https://arxiv.org/abs/1703.01365",
  formula: "map_p = Σ_c (x − x₀)_{c,p} · ∫₀¹ ∂y/∂x_{c,p} (x₀ + α(x − x₀)) dα,  x₀ = 0",
  summary: "What each pixel adds to the class score on the straight way from a grey picture to this one.",
  caveats: [
    "Everything is relative to the grey picture: pixels of that colour get nothing, whatever they show.",
    "The attributions sum to the difference of the two scores; where much is missing, take more steps.",
    "Under LibraGrad's gradients the sum is another one, and what is missing says nothing.",
  ],
  licence:
    "Formula from the paper; captum (BSD-3-Clause) gave the numbers to compare with, none of its code is here.",
  classSpecific: true,
  signed: true,
  resolution: "pixels",
  needs: ["picture", "inputPath"],
  options: {
    steps: {
      kind: "range",
      label: "Steps",
      help: "Pictures on the way; each costs a backward pass.",
      minimum: 2,
      maximum: 200,
      step: 1,
      initial: 50,
    },
    rule: {
      kind: "choice",
      label: "Quadrature",
      help: "Where on the way gradients are taken, and how they are weighed.",
      choices: [
        {
          value: "gauss-legendre",
          label: "Gauss-Legendre",
          help: "The most exact for the same number of steps.",
        },
        { value: "riemann-middle", label: "Riemann, middle", help: "The middle of equal parts." },
        {
          value: "riemann-left",
          label: "Riemann, left",
          help: "The beginning of equal parts, grey included.",
        },
        { value: "riemann-right", label: "Riemann, right", help: "The end of equal parts." },
        { value: "trapezoid", label: "Trapezoid", help: "Both ends included, with half their weight." },
        {
          value: "trapezoid-captum",
          label: "Trapezoid (captum)",
          help: "As captum's code weighs it: a share of 1/n of everything is missing.",
        },
      ],
      initial: "gauss-legendre",
    },
    channels: channelOption("sum"),
  },
  variant: ({ rule, steps }) => ({ path: quadraturePath(rule, steps) }),
  figures: (_, tensors) => completeness(tensors),
  explainer: ({ picture, inputPath }) => {
    const attributions = multiplyPicture(picture.pixels, inputPath.gradient);
    return ({ channels }) => reduceChannels(attributions, channels);
  },
});

/** How far the sum of all attributions is from what it should be, whatever the colours are reduced to. */
function completeness({ picture, inputPath }: Pick<Tensors, "picture" | "inputPath">): readonly Figure[] {
  const sum = multiplyPicture(picture.pixels, inputPath.gradient).reduce((total, each) => total + each, 0);
  const difference = inputPath.scoreAtPicture - inputPath.scoreAtBaseline;
  return [
    { label: "Sum of attributions", value: sum, help: "Over all pixels and colours." },
    { label: "y(x) − y(x₀)", value: difference, help: "What the sum is for an exact integral." },
    {
      label: "Completeness error",
      value: sum - difference,
      help: "The difference of the two: it falls with more steps.",
    },
  ];
}
