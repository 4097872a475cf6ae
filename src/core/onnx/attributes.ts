// Looks up attributes of a node by name, as the plain values that code wants.
import type { Attribute, Graph, Node, Tensor } from "./model.ts";

/** Clamped to what a number holds exactly; only slice ends reach that far. */
export function intAttribute(node: Node, name: string): number | undefined {
  const found = find(node, name);
  return found?.kind === "int" ? toNumber(found.value) : undefined;
}

export function intsAttribute(node: Node, name: string): readonly number[] | undefined {
  const found = find(node, name);
  return found?.kind === "ints" ? found.value.map(toNumber) : undefined;
}

export function floatAttribute(node: Node, name: string): number | undefined {
  const found = find(node, name);
  return found?.kind === "float" ? found.value : undefined;
}

export function floatsAttribute(node: Node, name: string): readonly number[] | undefined {
  const found = find(node, name);
  return found?.kind === "floats" ? found.value : undefined;
}

/** Words of operators are plain ASCII; other bytes come out as characters that no operator knows. */
export function textAttribute(node: Node, name: string): string | undefined {
  const found = find(node, name);
  return found?.kind === "string" ? String.fromCharCode(...found.value.subarray(0, longestWord)) : undefined;
}

/** The longest is an equation of Einsum. */
const longestWord = 4096;

export function tensorAttribute(node: Node, name: string): Tensor | undefined {
  const found = find(node, name);
  return found?.kind === "tensor" ? found.value : undefined;
}

export function graphAttribute(node: Node, name: string): Graph | undefined {
  const found = find(node, name);
  return found?.kind === "graph" ? found.value : undefined;
}

function find(node: Node, name: string): Attribute | undefined {
  return node.attributes.find((attribute) => attribute.name === name);
}

function toNumber(value: bigint): number {
  const largest = BigInt(Number.MAX_SAFE_INTEGER);
  if (value > largest) return Number.MAX_SAFE_INTEGER;
  return value < -largest ? -Number.MAX_SAFE_INTEGER : Number(value);
}
