// The worked example of docs/gradients-in-graphs.md: one row of attention, small enough to follow with a pencil.
import { differentiate } from "../../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../../src/core/autodiff/gradient.ts";
import {
  makeFloatTensor,
  makeGraph,
  makeNode,
  makeUntypedValue,
  makeValue,
} from "../../../src/core/onnx/build.ts";
import { ElementType, type Node, type OnnxModel } from "../../../src/core/onnx/model.ts";
import { tensorNumbers } from "../../../src/core/onnx/tensor-numbers.ts";

/** `y = softmax(x W) v` */
export function exampleModel(): OnnxModel {
  const graph = makeGraph({
    nodes: [
      makeNode("MatMul", ["x", "W"], ["scores"]),
      makeNode("Softmax", ["scores"], ["attention"], { axis: -1 }),
      makeNode("MatMul", ["attention", "v"], ["y"]),
    ],
    initializers: [
      makeFloatTensor("W", [2, 3], [1, 0, -1, 0, 1, 1]),
      makeFloatTensor("v", [3, 1], [3, 1, 2]),
    ],
    inputs: [makeValue("x", ElementType.float32, [1, 2])],
    outputs: [makeUntypedValue("y")],
  });
  return {
    irVersion: 9,
    opsets: [{ domain: "", version: 20, rest: [] }],
    graph,
    source: new Uint8Array(0),
    rest: [],
  };
}

/** The same graph with gradients by attention, scores and x; what arrives at y is the input `seed`. */
export function differentiatedExample() {
  return differentiate(exampleModel(), {
    seeds: [{ tensor: "y", upstream: { input: "seed" } }],
    wanted: ["attention", "scores", "x"],
    rules: gradient,
  });
}

/** Nodes as `result = Operator(operands, setting=number)`, constants by their numbers. */
export function writtenNodes({ graph }: OnnxModel, from = 0): readonly string[] {
  const constants = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const operand = (name: string) => {
    const tensor = constants.get(name);
    return tensor === undefined || !name.includes("/") ? short(name) : JSON.stringify(tensorNumbers(tensor));
  };
  return graph.nodes.slice(from).map((node) => {
    const settings = node.attributes.map((each) => `${each.name}=${settingOf(each)}`);
    const operands = [...node.inputs.map(operand), ...settings].join(", ");
    return `${node.outputs.map(short).join(", ")} = ${node.opType}(${operands})`;
  });
}

function settingOf(attribute: Node["attributes"][number]): string {
  return attribute.kind === "int" || attribute.kind === "float" ? String(attribute.value) : attribute.kind;
}

function short(name: string): string {
  return name.replace("backward/", "");
}
