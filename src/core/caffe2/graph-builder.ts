// Collects ONNX nodes and weights while operators are converted one by one.
import {
  type Attribute,
  type AttributeValue,
  ElementType,
  type Graph,
  type Node,
  type OnnxModel,
  type Tensor,
  type ValueInfo,
} from "../onnx/model.ts";

/** A number is written as ONNX `int`, text as `string`, a list as `ints`; `float` says so. */
export type Setting =
  | string
  | number
  | readonly number[]
  | { readonly float: number }
  | { readonly tensor: Tensor };

export interface GraphBuilder {
  readonly addNode: (
    opType: string,
    inputs: readonly string[],
    output: string,
    settings?: Readonly<Record<string, Setting>>,
  ) => void;
  /** Keeps one tensor per name; the first one counts. */
  readonly addWeight: (name: string, dims: readonly number[], values: Float32Array) => void;
  readonly build: (name: string, inputs: readonly NamedShape[], outputs: readonly NamedShape[]) => OnnxModel;
}

/** A size, or the name of a dynamic one. */
export type Shape = readonly (number | string)[];

export interface NamedShape {
  readonly name: string;
  readonly shape: Shape;
}

/** Operator set 16 is the first whose RoiAlign knows both ways to place its samples. */
const opset = { domain: "", version: 16, rest: [] };
const irVersion = 8;

export function createGraphBuilder(): GraphBuilder {
  const nodes: Node[] = [];
  const weights = new Map<string, Tensor>();
  return {
    addNode(opType, inputs, output, settings = {}) {
      const attributes = Object.entries(settings).map(([name, setting]) => toAttribute(name, setting));
      nodes.push({
        name: `${opType}_${nodes.length}`,
        opType,
        domain: "",
        inputs,
        outputs: [output],
        attributes,
        rest: [],
      });
    },
    addWeight(name, dims, values) {
      if (!weights.has(name)) weights.set(name, floatTensor(name, dims, values));
    },
    build(name, inputs, outputs) {
      const graph: Graph = {
        name,
        nodes,
        initializers: [...weights.values()],
        inputs: inputs.map(toValueInfo),
        outputs: outputs.map(toValueInfo),
        valueInfo: [],
        rest: [],
      };
      return { irVersion, opsets: [opset], graph, source: new Uint8Array(0), rest: [] };
    },
  };
}

/** One int64 zero, for `ConstantOfShape`. */
export const zeroIndex: Tensor = {
  name: "",
  elementType: ElementType.int64,
  dims: [1],
  data: { kind: "raw", bytes: new Uint8Array(8) },
  rest: [],
};

function floatTensor(name: string, dims: readonly number[], values: Float32Array): Tensor {
  // ONNX is little-endian, and so is every machine that runs WebAssembly engines today.
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, elementType: ElementType.float32, dims, data: { kind: "raw", bytes }, rest: [] };
}

function toAttribute(name: string, setting: Setting): Attribute {
  return { name, rest: [], ...attributeValue(setting) };
}

function attributeValue(setting: Setting): AttributeValue {
  if (typeof setting === "number") return { kind: "int", value: BigInt(setting) };
  if (typeof setting === "string")
    return { kind: "string", value: Uint8Array.from(setting, (letter) => letter.charCodeAt(0)) };
  if ("float" in setting) return { kind: "float", value: setting.float };
  if ("tensor" in setting) return { kind: "tensor", value: setting.tensor };
  return { kind: "ints", value: setting.map((value) => BigInt(value)) };
}

function toValueInfo({ name, shape }: NamedShape): ValueInfo {
  const dimensions = shape.map((size) => ({ size, rest: [] }));
  return {
    name,
    type: { kind: "tensor", elementType: ElementType.float32, shape: dimensions, rest: [] },
    rest: [],
  };
}
