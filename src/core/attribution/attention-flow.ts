// Attention flow: attention as pipes, and the most that can flow from the class token to each patch.
import { XaiError } from "../errors.ts";
import { fuseHeads } from "./head-fusion.ts";
import { flowThrough } from "./maximum-flow.ts";
import { defineMethod, type RawMap } from "./method.ts";
import { layerIndex } from "./option-values.ts";
import { outputRowOf } from "./output-row.ts";
import { once } from "./remember.ts";
import type { AttentionStack } from "./tensors.ts";

/** Pipes, L N^2, up to which the flows are worked out: DeiT-Tiny has 466,000 and takes about 3 s. */
export const mostPipes = 1_000_000;

/**
 * The most that can flow from the class token after layer l to each input token, when every entry of
 * `a_l = rownorm(mean_h(A_l) + I)` is a pipe of that width: one maximum flow for each token by itself, then all divided
 * by their sum over all tokens, prefix tokens included; `[P]`, 0..1. Where the head reads several tokens, the source's
 * pipes are the mean of theirs.
 * @throws attribution/too-large above `mostPipes`; attribution/bad-option for a layer that does not exist.
 * @see Abnar & Zuidema 2020, section 3, https://arxiv.org/abs/2005.00928
 */
export const attentionFlow = defineMethod({
  id: "attention-flow",
  label: "Attention flow",
  family: "rollout",
  cite: "Abnar & Zuidema 2020, section 3",
  paper: "https://arxiv.org/abs/2005.00928",
  formula: "map_j = F_j / Σ_k F_k,  F_j = maxflow(CLS after layer l → token j),  widths ½ mean_h(A_l) + ½ I",
  summary: "How much could flow from the class token to each patch if attention were pipes of that width.",
  caveats: [
    "It does not depend on the class: it shows where information can come from, not what speaks for a class.",
    "In deep models nearly every patch could receive as much as any other, and the map turns flat.",
    "Each patch is asked for by itself, so the flows together need not fit through the pipes.",
    "It takes one maximum flow for each patch: seconds, and large models are refused.",
  ],
  licence:
    "The authors' code names no licence; the definition is from the paper, and none of the code is here.",
  classSpecific: false,
  signed: false,
  resolution: "patches",
  needs: ["attention"],
  options: {
    lastLayer: {
      kind: "layer",
      label: "Up to layer",
      help: "Last layer that takes part; flow starts from the class token after it.",
      initial: -1,
    },
  },
  explainer: ({ attention }) => {
    const widths = once(() => pipeWidths(attention));
    return function* ({ lastLayer }) {
      const { tokens, prefixTokens } = attention;
      const last = layerIndex("lastLayer", lastLayer, attention.layers.length);
      if ((last + 1) * tokens ** 2 > mostPipes)
        throw new XaiError("attribution/too-large", { layers: last + 1, tokens, limit: mostPipes });
      const flows = yield* flowsTo(widths().slice(0, last + 1), attention);
      const total = flows.reduce((sum, flow) => sum + flow, 0);
      return flows.slice(prefixTokens).map((flow) => flow / total);
    };
  },
});

/** `rownorm(mean_h(A_l) + I)` of every layer, `[N,N]`. */
function pipeWidths(attention: AttentionStack): readonly Float64Array[] {
  const { tokens } = attention;
  return fuseHeads(attention, "mean", []).map((fused) => {
    const widths = Float64Array.from(fused);
    for (let i = 0; i < tokens; i++) {
      const row = widths.subarray(i * tokens, (i + 1) * tokens);
      row[i] += 1;
      const sum = row.reduce((total, width) => total + width, 0);
      for (let j = 0; j < tokens; j++) row[j] /= sum;
    }
    return widths;
  });
}

/** The largest flow to every input token, `[N]`; yields the share that is done. */
function* flowsTo(layers: readonly Float64Array[], attention: AttentionStack): Generator<number, RawMap> {
  const { tokens } = attention;
  const source = outputRowOf(layers[layers.length - 1], 0, attention);
  if (layers.length === 1) {
    yield 1;
    return source;
  }
  const flow = flowThrough({ source, between: layers.slice(1, -1).reverse() });
  const flows = new Float64Array(tokens);
  for (let j = 0; j < tokens; j++) {
    flows[j] = flow(Float64Array.from(source, (_, i) => layers[0][i * tokens + j]));
    yield (j + 1) / tokens;
  }
  return flows;
}
