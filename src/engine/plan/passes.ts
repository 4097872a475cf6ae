// The backward passes behind the kinds of gradients and relevance.
import type { GradientRules } from "../../bridge/contract.ts";
import { relevancePass } from "../../core/attribution/relevance-pass.ts";
import type { RelevanceRules } from "../../core/attribution/tensors.ts";
import { gradient } from "../../core/autodiff/gradient.ts";
import { libra } from "../../core/autodiff/libra.ts";
import type { Network } from "./network.ts";
import type { Found, PassWish } from "./recipe.ts";
import { keyOfNeed } from "./tensor-need.ts";

/** @param scores the class scores of which the gradient is taken. */
export function gradientPass(rules: GradientRules, scores: string): PassWish {
  return {
    key: `${rules} gradient from ${scores}`,
    rules: rules === "exact" ? gradient : libra,
    scores,
    seed: rules === "libra-probability" ? "probability" : "weight",
  };
}

/** The pass, and whether what arrives is still to be multiplied by the value. */
export function passOfRelevance({ logits }: Network, relevance: RelevanceRules) {
  const { rules, seed, timesValue } = relevancePass(relevance);
  const key = keyOfNeed({ kind: "attentionRelevance", relevance });
  const pass: PassWish = { key, rules, scores: logits.name, seed };
  return { pass, timesValue };
}

/** Relevance of a value, in its shape. */
export function relevanceAt({ value, arrived }: Found, pass: PassWish, name: string, timesValue: boolean) {
  const { data } = arrived(pass, name);
  if (!timesValue) return data;
  const values = value(name).data;
  return data.map((slope, index) => slope * values[index]);
}
