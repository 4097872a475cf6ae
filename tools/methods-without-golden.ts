// Methods of which there are no numbers of the authors to compare with, and why; the page docs/methods.md shows them.
import type { MethodId } from "../src/core/attribution/registry.ts";

export interface MethodWithoutGolden {
  /** null where Patchlight does not have the method. */
  readonly id: MethodId | null;
  readonly name: string;
  readonly reason: string;
}

export const methodsWithoutGolden: readonly MethodWithoutGolden[] = [
  { id: "grad-sam", name: "Grad-SAM", reason: "its authors published no code." },
  {
    id: "attcat",
    name: "AttCAT",
    reason: "the authors' code explains language models and cannot be run on pictures.",
  },
  {
    id: "tokentm",
    name: "TokenTM",
    reason:
      "the authors' code could not be had; the formula is that of the paper and of another group's version.",
  },
  {
    id: "smoothgrad",
    name: "SmoothGrad",
    reason: "its noise is random, so no two programs draw the same map.",
  },
  {
    id: null,
    name: "IIA (iterated integrated attributions)",
    reason:
      "not offered: it takes some 25 forward and backward passes with attention replaced within the network, and there are no numbers to compare with.",
  },
  {
    id: null,
    name: "ViT-CX",
    reason:
      "not offered: it takes two forward passes for each of many masks, under random noise, and there are no numbers to compare with.",
  },
];
