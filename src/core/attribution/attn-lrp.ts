// AttnLRP: relevance of the pixels by rules made for attention, with the gamma rule at linear layers.
import { defineMethod, type OptionValues } from "./method.ts";
import { checkRange } from "./option-values.ts";
import { reduceChannels } from "./reduce-channels.ts";
import type { RelevanceRules } from "./tensors.ts";

const options = {
  rules: {
    kind: "choice",
    label: "Rules",
    help: "How relevance passes attention.",
    choices: [
      {
        value: "cp-lrp",
        label: "CP-LRP attention",
        help: "Attention counts as constant: relevance goes through the values only, as released for Vision Transformers.",
      },
      {
        value: "attn-lrp",
        label: "AttnLRP",
        help: "Relevance goes through queries and keys too, half of each product to either side.",
      },
      {
        value: "explicit",
        label: "AttnLRP, rule by rule",
        help: "The paper's rule for each operator with its own stabilisers, from the score itself; without gamma.",
      },
    ],
    initial: "cp-lrp",
  },
  gamma: {
    kind: "choice",
    label: "Gamma rule",
    help: "Whether linear layers favour what speaks for their result; it makes maps less noisy.",
    choices: [
      {
        value: "on",
        label: "On",
        help: "Convolutions and linear layers outside attention, as in the authors' code.",
      },
      { value: "off", label: "Off", help: "Linear layers share relevance by their terms alone." },
    ],
    initial: "on",
  },
  gammaConvolution: {
    kind: "range",
    label: "Gamma of convolutions",
    help: "How much more positive terms count in the patch embedding; the authors tried 0.1, 0.25 and 100.",
    minimum: 0,
    maximum: 100,
    step: 0.05,
    initial: 0.25,
  },
  gammaLinear: {
    kind: "range",
    label: "Gamma of linear layers",
    help: "How much more positive terms count in the MLPs and the head; the authors tried 0 to 1.",
    minimum: 0,
    maximum: 1,
    step: 0.01,
    initial: 0.05,
  },
} as const;

/**
 * Relevance of every pixel, summed over colours: `[S*S]`, signed, not normalised.
 *
 * It is the picture times a modified gradient of the score: standard deviations and activation ratios count as
 * constants, and so does attention under CP-LRP, while AttnLRP gives half of each product to either factor.
 * @throws attribution/bad-option for a gamma below 0.
 * @see Achtibat et al. 2024, https://arxiv.org/abs/2402.05602, eq. 13 to 15; CP-LRP: Ali et al. 2022,
 * https://arxiv.org/abs/2202.07304
 */
export const attnLrp = defineMethod({
  id: "attn-lrp",
  label: "AttnLRP",
  family: "relevance",
  cite: "Achtibat et al. 2024, eq. 13 to 15; Ali et al. 2022 (CP-LRP)",
  paper: "https://arxiv.org/abs/2402.05602",
  formula: "map(x, y) = Σ_c (x ⊙ ∇̃y)(c, x, y),  ∇̃ with LayerNorm's σ, act(u)/u and softmax held constant",
  summary: "Shares the score out among the pixels, with rules that keep its amount through attention.",
  caveats: [
    "Negative values speak against the class; the map needs diverging colours.",
    "Gammas change the map a great deal; those of the authors were tuned on other networks.",
    "Biases and position embeddings keep their share, so the sum over pixels is not the score.",
  ],
  licence:
    "The authors' code is under the Clear BSD licence, which grants no patent rights; they state a patent on the method, free for personal and scientific use. None of their code is here.",
  classSpecific: true,
  signed: true,
  resolution: "pixels",
  needs: ["inputRelevance"],
  options,
  variant: (values) => ({ relevance: rulesOf(values) }),
  explainer: ({ inputRelevance }) => {
    return () => reduceChannels(inputRelevance, "sum");
  },
});

function rulesOf(values: OptionValues<typeof options>): RelevanceRules {
  const { rules, gamma, gammaConvolution, gammaLinear } = values;
  if (rules === "explicit") return { table: "attn-lrp-explicit" };
  if (gamma === "off") return { table: rules };
  checkRange("gammaConvolution", gammaConvolution, 0, Number.MAX_VALUE);
  checkRange("gammaLinear", gammaLinear, 0, Number.MAX_VALUE);
  return { table: rules, gamma: { convolution: gammaConvolution, linear: gammaLinear } };
}
