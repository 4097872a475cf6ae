// Makes the parts of a graph from plain values, for code that adds nodes and for tests that need small graphs.
import { type Attribute, ElementType, type Graph, type Node, type Tensor, type ValueInfo } from "./model.ts";

/** Values of attributes as code writes them: whole numbers become integers, see `float` for the others. */
export type AttributeInput = number | string | readonly number[] | Tensor | { readonly float: number };

/** A node of the standard domain, unless `domain` says otherwise. */
export function makeNode(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeInput>> = {},
  domain = "",
): Node {
  const list = Object.entries(attributes).map(([name, value]) => makeAttribute(name, value));
  return { name: "", opType, domain, inputs, outputs, attributes: list, rest: [] };
}

/** `raw_data` of float32. */
export function makeFloatTensor(name: string, dims: readonly number[], values: Iterable<number>): Tensor {
  return makeTensor(name, ElementType.float32, dims, Float32Array.from(values));
}

/** `raw_data` of int64, as shapes and axes are. */
export function makeIntTensor(name: string, dims: readonly number[], values: Iterable<number>): Tensor {
  return makeTensor(name, ElementType.int64, dims, BigInt64Array.from(values, BigInt));
}

/** A value of a known element type; sizes are numbers or the names of dynamic ones. */
export function makeValue(
  name: string,
  elementType: number,
  sizes: readonly (number | string | null)[],
): ValueInfo {
  const shape = sizes.map((size) => ({ size, rest: [] }));
  return { name, type: { kind: "tensor", elementType, shape, rest: [] }, rest: [] };
}

/** A value whose type the runtime shall infer. */
export function makeUntypedValue(name: string): ValueInfo {
  return { name, type: null, rest: [] };
}

export function makeGraph(parts: Partial<Graph>): Graph {
  return {
    name: "graph",
    nodes: [],
    initializers: [],
    inputs: [],
    outputs: [],
    valueInfo: [],
    rest: [],
    ...parts,
  };
}

/** Typed arrays are little-endian wherever JavaScript runs today, as ONNX wants it. */
function makeTensor(
  name: string,
  elementType: number,
  dims: readonly number[],
  values: Float32Array | BigInt64Array,
): Tensor {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, elementType, dims, data: { kind: "raw", bytes }, rest: [] };
}

/** Whole numbers become integers, see `float` for the others. */
export function makeAttribute(name: string, value: AttributeInput): Attribute {
  if (typeof value === "number") return { name, kind: "int", value: BigInt(value), rest: [] };
  if (typeof value === "string") return { name, kind: "string", value: asciiBytes(value), rest: [] };
  if ("float" in value) return { name, kind: "float", value: Math.fround(value.float), rest: [] };
  if ("elementType" in value) return { name, kind: "tensor", value, rest: [] };
  return { name, kind: "ints", value: value.map(BigInt), rest: [] };
}

/** Attributes of operators are plain ASCII. */
function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
