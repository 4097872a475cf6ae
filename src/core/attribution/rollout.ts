// Attention rollout: attention multiplied through the layers, half of every step kept for the residual path.
import { XaiError } from "../errors.ts";
import { noDiscard, rankValues } from "./discard.ts";
import { fuseHeads, type HeadFusion } from "./head-fusion.ts";
import { defineMethod } from "./method.ts";
import { propagateRow } from "./propagate.ts";

/**
 * How much each patch reaches the class token when attention is multiplied through the layers.
 *
 * `F_l = fuse_h(A_l)`, its `floor(N^2 * discardRatio)` smallest entries set to 0 (CLS to CLS excepted),
 * `a_l = normalised((F_l + I) / 2)`, `R = a_{L-1} ... a_{startLayer}`; the map is the class token's row of R over
 * the patches, `[P]`, >= 0, not normalised. Where the head reads several tokens (distilled DeiT), their rows are averaged.
 * @throws attribution/bad-option for a start layer or a discard ratio outside its range.
 * @see Abnar & Zuidema 2020, eq. 1, https://arxiv.org/abs/2005.00928; discard and fusion: vit-explain. Its column
 * scaling and its division by the maximum are `normalisation: "vit-explain"` and `normaliseByMaximum`.
 */
export const rollout = defineMethod({
  id: "rollout",
  label: "Attention rollout",
  family: "rollout",
  cite: "Abnar & Zuidema 2020, eq. 1",
  paper: "https://arxiv.org/abs/2005.00928",
  formula: "R = ã_{L−1} ⋯ ã_s,  ã_l = rownorm(fuse_h(A_l) + I);  map = R[CLS, patches]",
  summary: "How much of each patch reaches the class token when attention is multiplied through all layers.",
  caveats: [
    "It does not depend on the class: it shows where information can come from, not what speaks for a class.",
    "Discarding the smallest entries sharpens the map a great deal; compare methods at the same discard ratio.",
  ],
  licence: "Formula from the paper; vit-explain (MIT) is reproduced as a preset, without its code.",
  classSpecific: false,
  signed: false,
  resolution: "patches",
  needs: ["attention"],
  options: {
    fusion: {
      kind: "choice",
      label: "Head fusion",
      help: "How the heads of a layer become one matrix before layers are multiplied.",
      choices: [
        { value: "mean", label: "Mean", help: "Average over heads, as in the paper." },
        { value: "max", label: "Max", help: "Strongest head for every pair of tokens." },
        { value: "min", label: "Min", help: "Only what all heads agree on." },
      ],
      initial: "mean",
    },
    discardRatio: {
      kind: "range",
      label: "Discard ratio",
      help: "Share of each layer's smallest attention entries set to zero before layers are multiplied.",
      minimum: 0,
      maximum: 0.99,
      step: 0.01,
      initial: 0.9,
    },
    normalisation: {
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
    },
    startLayer: {
      kind: "layer",
      label: "Start layer",
      help: "First layer that takes part; earlier layers are left out.",
      initial: 0,
    },
    headsOff: {
      kind: "heads-off",
      label: "Heads",
      help: "Switch single heads off; a layer with no head left keeps only its residual path.",
      initial: [],
    },
  },
  explainer: ({ attention }) => {
    const layersOf = rememberLast((fusion: HeadFusion, headsOff: readonly number[]) =>
      fuseHeads(attention, fusion, headsOff).map((fused) => ({
        fused,
        smallest: once(() => rankValues(fused)),
      })),
    );
    return ({ fusion, discardRatio, normalisation, startLayer, headsOff }) => {
      checkRange("discardRatio", discardRatio, 0, 1);
      checkRange("startLayer", startLayer, 0, attention.layers.length - 1);
      const layers = layersOf(fusion, headsOff);
      const count = Math.floor(attention.tokens * attention.tokens * discardRatio);
      let row = outputRow(attention.tokens, attention.outputTokens);
      for (const { fused, smallest } of layers.slice(startLayer).reverse()) {
        const discard = count === 0 ? noDiscard : smallest()(count);
        row = propagateRow(row, fused, discard, true, normalisation);
      }
      return row.slice(attention.prefixTokens);
    };
  },
});

/** The mean of the unit vectors of the tokens that the head reads, `[N]`. */
function outputRow(tokens: number, outputTokens: readonly number[]): Float64Array<ArrayBuffer> {
  const row = new Float64Array(tokens);
  for (const token of outputTokens) row[token] += 1 / outputTokens.length;
  return row;
}

function checkRange(option: string, value: number, minimum: number, maximum: number): void {
  if (value >= minimum && value <= maximum) return;
  throw new XaiError("attribution/bad-option", {
    option,
    reason: `${value} is not in ${minimum}..${maximum}`,
  });
}

/** Keeps the last result, so that a discard slider does not fuse the heads again. */
function rememberLast<Result>(
  compute: (fusion: HeadFusion, headsOff: readonly number[]) => Result,
): typeof compute {
  let last: { key: string; result: Result } | undefined;
  return (fusion, headsOff) => {
    const key = `${fusion}:${headsOff.join(",")}`;
    if (last?.key !== key) last = { key, result: compute(fusion, headsOff) };
    return last.result;
  };
}

function once<Result>(compute: () => Result): () => Result {
  let result: Result | undefined;
  return () => {
    result ??= compute();
    return result;
  };
}
