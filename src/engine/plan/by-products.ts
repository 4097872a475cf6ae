// What comes nearly for free with what is wanted, so that other methods need no run of their own.
import type { GradientRules } from "../../bridge/contract.ts";
import type { Network } from "./network.ts";
import { lackOf } from "./refusals.ts";
import { keyOfNeed, type PlainNeed } from "./tensor-need.ts";

/**
 * A backward pass to the first attention passes all attentions, the inputs of all blocks and the last feature map; the
 * values that methods read beside these gradients cost a copy.
 * @returns `needs`, each once, and their by-products.
 */
export function withByProducts(network: Network, needs: readonly PlainNeed[]): readonly PlainNeed[] {
  const all = needs.flatMap((need) => [need, ...(isDeep(need) ? besideGradient(need.rules) : [])]);
  const possible = all.filter((need) => lackOf(network, need) === null);
  return [...new Map(possible.map((need) => [keyOfNeed(need), need])).values()];
}

function isDeep(need: PlainNeed): need is PlainNeed & { readonly rules: GradientRules } {
  return need.kind === "attentionGradient" || need.kind === "tokenGradient";
}

function besideGradient(rules: GradientRules): readonly PlainNeed[] {
  return [
    { kind: "attentionGradient", rules },
    { kind: "tokenGradient", rules },
    { kind: "features", rules, layer: 0 },
    { kind: "scores" },
    { kind: "tokens" },
  ];
}
