// Looks up attributes of a node by name, as the plain values that code wants.
import type { Attribute, Node, Tensor } from "./model.ts";
import { decodeText } from "./wire.ts";

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

/** @throws Error where the bytes are not UTF-8. */
export function textAttribute(node: Node, name: string): string | undefined {
  const found = find(node, name);
  return found?.kind === "string" ? decodeText(found.value) : undefined;
}

export function tensorAttribute(node: Node, name: string): Tensor | undefined {
  const found = find(node, name);
  return found?.kind === "tensor" ? found.value : undefined;
}

function find(node: Node, name: string): Attribute | undefined {
  return node.attributes.find((attribute) => attribute.name === name);
}

function toNumber(value: bigint): number {
  const largest = BigInt(Number.MAX_SAFE_INTEGER);
  if (value > largest) return Number.MAX_SAFE_INTEGER;
  return value < -largest ? -Number.MAX_SAFE_INTEGER : Number(value);
}
