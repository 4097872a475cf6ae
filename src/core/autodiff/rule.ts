// What a propagation rule is, and how a table of them is asked.
import { XaiError } from "../errors.ts";
import type { Node } from "../onnx/model.ts";
import { isStandardDomain } from "../onnx/operator-sets.ts";
import type { GraphBuilder, Ref } from "./graph-builder.ts";

/**
 * Carries what arrives at a node's first result to its inputs, by emitting nodes.
 *
 * A result has the shape of its input, or one that broadcasts to it; `null`, or a list that is too short, means that
 * nothing flows there. Results that nobody needs are dropped, so a rule need not ask which inputs count.
 */
export type Rule = (node: Node, upstream: Ref, builder: GraphBuilder) => readonly (Ref | null)[];

/**
 * Rules by operator: `Softmax`, or `com.microsoft.Gelu` outside of the standard domain.
 *
 * `Clone`, where a table has it, stands for a value that several readers send something back to: its rule gets the sum
 * and a node with the value as input. Parts that were cut out of the value and do not overlap count as one.
 */
export type RuleTable = Readonly<Record<string, Rule>>;

/** @throws autodiff/no-rule */
export function ruleFor(node: Node, rules: RuleTable): Rule {
  const key = isStandardDomain(node.domain) ? node.opType : `${node.domain}.${node.opType}`;
  const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
  if (rule === undefined) throw new XaiError("autodiff/no-rule", { operator: key, node: label(node) });
  return rule;
}

/** For forms of an operator that its rule does not cover. */
export function unsupported(node: Node, reason: string): XaiError {
  return new XaiError("autodiff/unsupported", { operator: node.opType, node: label(node), reason });
}

/** Nodes may be nameless; their results are not. */
function label(node: Node): string {
  return node.name || node.outputs.join(", ");
}

/** One result per input, worked out only for those that the walk needs. */
export function perInput(
  node: Node,
  builder: GraphBuilder,
  ...results: readonly (() => Ref | null)[]
): readonly (Ref | null)[] {
  return results.map((result, place) => {
    const input = node.inputs[place];
    return input && builder.flowsTo(input) ? result() : null;
  });
}
