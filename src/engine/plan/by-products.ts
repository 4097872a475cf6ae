// What comes nearly for free with what is wanted, so that other methods need no run of their own.
import type { GradientRules, Target } from "../../bridge/contract.ts";
import type { Network } from "./network.ts";
import { lackOf } from "./refusals.ts";
import { keyFor, type NeedOf, type PlainNeed, type TensorNeed } from "./tensor-need.ts";

/** A need with the target that its gradients are taken of. */
export interface Wish<Need extends TensorNeed = TensorNeed> {
  readonly need: Need;
  readonly target: Target;
}

/**
 * A backward pass to the first attention passes all attentions, the inputs of all blocks and the last feature map; the
 * values that methods read beside these gradients cost a copy.
 * @returns `wishes` and their by-products, each once.
 */
export function withByProducts(network: Network, wishes: readonly Wish[]): readonly Wish[] {
  const beside = wishes.flatMap(({ need, target }) =>
    isDeep(need) ? besideGradient(need.rules).map((other) => ({ need: other, target })) : [],
  );
  const possible = beside.filter(({ need }) => lackOf(network, need) === null);
  const all = [...wishes, ...possible];
  return [...new Map(all.map((wish) => [keyFor(wish.need, wish.target), wish])).values()];
}

function isDeep(need: TensorNeed): need is NeedOf<"attentionGradient"> {
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
