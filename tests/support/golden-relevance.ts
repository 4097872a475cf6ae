// What methods on relevance are given, from a golden network in double precision.
import { relevancePass } from "../../src/core/attribution/relevance-pass.ts";
import type { AttentionStack, RelevanceRules, Tensors } from "../../src/core/attribution/tensors.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import type { RuleTable } from "../../src/core/autodiff/rule.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { evaluate } from "./evaluate.ts";
import { type GoldenArray, readGolden, toNumbers } from "./golden.ts";
import { vitValues } from "./golden-vit-parts.ts";
import { propagate } from "./relevance.ts";

/** The goldens' picture, as the network takes it. */
export function goldenFeeds() {
  const { input } = readGolden<{ input: GoldenArray }>("model_weights.json");
  return { [vitValues.picture]: { dims: input.shape, data: toNumbers(input) } };
}

export type GoldenTensors = Pick<
  Tensors,
  "attention" | "attentionGradient" | "attentionRelevance" | "inputRelevance"
>;

/** A network of `goldenVit` on the goldens' picture, made once for each of its classes and rules. */
export interface GoldenNetwork {
  readonly logits: Float64Array;
  tensors(klass: number, rules: RelevanceRules): GoldenTensors;
}

export function openGoldenVit(model: OnnxModel): GoldenNetwork {
  const feeds = goldenFeeds();
  const names = model.graph.nodes
    .filter(({ opType }) => opType === "Softmax")
    .map(({ outputs }) => outputs[0]!);
  const run = evaluate(model, feeds, [vitValues.logits, ...names]);
  const logits = run[vitValues.logits]!.data as Float64Array;
  const [heads, tokens] = run[names[0]!]!.dims.slice(-2 - 1) as [number, number];
  const stackOf = (layers: readonly Float64Array[]): AttentionStack => {
    return { layers, heads, tokens, prefixTokens: 1, outputTokens: [0] };
  };
  const arriving = (rules: RuleTable, klass: number, weight: number, wanted: readonly string[]) => {
    const data = Float64Array.from(logits, (_, index) => (index === klass ? weight : 0));
    const seed = { dims: [1, logits.length], data };
    return propagate({ model, feeds, rules, from: vitValues.logits, seed, wanted });
  };
  return {
    logits,
    tensors(klass, rules) {
      const pass = relevancePass(rules);
      const weight = pass.seed === "weight" ? 1 : logits[klass]!;
      const arrived = arriving(pass.rules, klass, weight, [...names, vitValues.picture]);
      const given = (name: string) =>
        name === vitValues.picture ? feeds[vitValues.picture]!.data : run[name]!.data;
      const relevance = (name: string) =>
        pass.timesValue ? arrived[name]!.map((each, i) => each * given(name)[i]!) : arrived[name]!;
      const slopes = arriving(gradient, klass, 1, names);
      return {
        attention: stackOf(names.map((name) => run[name]!.data as Float64Array)),
        attentionGradient: stackOf(names.map((name) => slopes[name]!)),
        attentionRelevance: stackOf(names.map(relevance)),
        inputRelevance: relevance(vitValues.picture),
      };
    },
  };
}
