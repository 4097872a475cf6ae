// Runs a backward pass by any table through the double-precision runtime.
import { differentiate } from "../../src/core/autodiff/differentiate.ts";
import type { RuleTable } from "../../src/core/autodiff/rule.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { evaluate, type Numbers } from "./evaluate.ts";

export interface Propagation {
  readonly model: OnnxModel;
  readonly feeds: Readonly<Record<string, Numbers>>;
  readonly rules: RuleTable;
  /** Where it starts, and with what. */
  readonly from: string;
  readonly seed: Numbers;
  readonly wanted: readonly string[];
}

/** What arrives at each wanted value, by name. */
export function propagate({
  model,
  feeds,
  rules,
  from,
  seed,
  wanted,
}: Propagation): Readonly<Record<string, Float64Array>> {
  const seeds = [{ tensor: from, upstream: { input: "seed" } }];
  const backward = differentiate(model, { seeds, wanted, rules });
  const name = (value: string) => backward.gradients.get(value)!;
  const results = evaluate(backward.model, { ...feeds, seed }, wanted.map(name));
  return Object.fromEntries(wanted.map((value) => [value, results[name(value)]!.data]));
}

/** 1 for one class of `[1,C]`, else 0. */
export function oneHot(classes: number, index: number): Numbers {
  return { dims: [1, classes], data: Array.from({ length: classes }, (_, each) => Number(each === index)) };
}
