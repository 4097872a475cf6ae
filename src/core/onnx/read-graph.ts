// Reads GraphProto and its nodes; graphs may hold graphs, and the depth of that is bounded.
import type { Attribute, Graph, Node, Tensor, ValueInfo } from "./model.ts";
import { readAttribute } from "./read-attribute.ts";
import { type ReadContext, readTensor } from "./read-tensor.ts";
import { readValueInfo } from "./read-value-info.ts";
import { malformed, readBytes, readFields, readText } from "./wire.ts";

/** Graphs in attributes of nodes in graphs: real models stay below ten. */
const deepestGraph = 32;

/** @throws onnx/not-onnx, onnx/truncated, onnx/missing-external-data */
export function readGraph(bytes: Uint8Array, context: ReadContext, depth = 0): Graph {
  if (depth > deepestGraph) throw malformed(`graphs nested more than ${deepestGraph} deep`);
  const nodes: Node[] = [];
  const initializers: Tensor[] = [];
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  const valueInfo: ValueInfo[] = [];
  const { budget } = context;
  let name = "";
  const rest = readFields(bytes, budget, (number, type, reader) => {
    if (number === 1) nodes.push(readNode(readBytes(reader, type), context, depth));
    else if (number === 2) name = readText(reader, type);
    else if (number === 5) initializers.push(readTensor(readBytes(reader, type), context));
    else if (number === 11) inputs.push(readValueInfo(readBytes(reader, type), budget));
    else if (number === 12) outputs.push(readValueInfo(readBytes(reader, type), budget));
    else if (number === 13) valueInfo.push(readValueInfo(readBytes(reader, type), budget));
    else return false;
    return true;
  });
  return { name, nodes, initializers, inputs, outputs, valueInfo, rest };
}

function readNode(bytes: Uint8Array, context: ReadContext, depth: number): Node {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Attribute[] = [];
  const readSubgraph = (graph: Uint8Array) => readGraph(graph, context, depth + 1);
  let name = "";
  let opType = "";
  let domain = "";
  const rest = readFields(bytes, context.budget, (number, type, reader) => {
    if (number === 1) inputs.push(readText(reader, type));
    else if (number === 2) outputs.push(readText(reader, type));
    else if (number === 3) name = readText(reader, type);
    else if (number === 4) opType = readText(reader, type);
    else if (number === 5) attributes.push(readAttribute(readBytes(reader, type), context, readSubgraph));
    else if (number === 7) domain = readText(reader, type);
    else return false;
    return true;
  });
  return { name, opType, domain, inputs, outputs, attributes, rest };
}
