// Small changes to a node, for rules that keep the operator.
import type { Attribute, Node } from "../model.ts";

export function withoutAttributes(node: Node, names: readonly string[]): Node {
  return { ...node, attributes: node.attributes.filter(({ name }) => !names.includes(name)) };
}

/** Inputs that are left out at the end are dropped. */
export function withInputs(node: Node, inputs: readonly string[]): Node {
  let count = inputs.length;
  while (count > 0 && inputs[count - 1] === "") count--;
  return { ...node, inputs: inputs.slice(0, count) };
}

/** Replaces the attribute of that name, if there is one. */
export function withAttribute(node: Node, attribute: Attribute): Node {
  const { attributes } = withoutAttributes(node, [attribute.name]);
  return { ...node, attributes: [...attributes, attribute] };
}
