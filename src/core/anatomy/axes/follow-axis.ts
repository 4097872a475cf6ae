// Asks the operators' rules what becomes of an axis at a node.

import type { Node } from "../../onnx/model.ts";
import { isStandardDomain } from "../../onnx/operator-sets.ts";
import { unknownFacts } from "../../onnx/shapes/facts.ts";
import type { FactsContext } from "../facts-context.ts";
import { type AxisFate, type AxisRule, type AxisStep, lost } from "./axis-fate.ts";
import { layoutFates } from "./layout-fates.ts";
import { productFates } from "./product-fates.ts";
import { selectionFates } from "./selection-fates.ts";

const rules: Readonly<Record<string, AxisRule>> = { ...layoutFates, ...selectionFates, ...productFates };

/** An input of a node on its way to an output, without the axis; null where a shape is unknown. */
export function stepAt(
  context: FactsContext,
  node: Node,
  place: number,
  output: number,
): Omit<AxisStep, "axis"> | null {
  const facts = node.inputs.map((name) => context.facts.get(name) ?? unknownFacts);
  const outputs = node.outputs.map((name) => context.facts.get(name)?.shape ?? null);
  const [from, to] = [facts[place]?.shape, outputs[output]];
  if (!from || !to) return null;
  return { node, facts, place, output, outputs, from, to, opset: context.opset };
}

/** @param axis of the node's input `place`, counted from the front. */
export function followAxis(
  context: FactsContext,
  node: Node,
  place: number,
  output: number,
  axis: number,
): AxisFate {
  const isKnown = isStandardDomain(node.domain) || node.domain === "com.microsoft";
  const rule = isKnown ? rules[node.opType] : undefined;
  const step = stepAt(context, node, place, output);
  return rule === undefined || step === null ? lost : rule({ ...step, axis });
}
