// Writes graphs, nodes and attributes: the mirror image of the readers.
import { type BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { AttributeValue, Graph, Node, Tensor } from "./model.ts";
import { writeBytes, writeInteger, writeMessage, writeRest, writeText, writeTexts } from "./write-message.ts";
import { type PlaceTensor, writeTensor } from "./write-tensor.ts";
import { writeValueInfo } from "./write-value-info.ts";

export function writeGraph(writer: BinaryWriter, graph: Graph, place: PlaceTensor, isMain = true): void {
  for (const node of graph.nodes) writeMessage(writer, 1, () => writeNode(writer, node, place));
  writeText(writer, 2, graph.name);
  for (const tensor of graph.initializers) {
    writeMessage(writer, 5, () => writeTensor(writer, tensor, place(tensor, isMain)));
  }
  for (const value of graph.inputs) writeMessage(writer, 11, () => writeValueInfo(writer, value));
  for (const value of graph.outputs) writeMessage(writer, 12, () => writeValueInfo(writer, value));
  for (const value of graph.valueInfo) writeMessage(writer, 13, () => writeValueInfo(writer, value));
  writeRest(writer, graph.rest);
}

function writeNode(writer: BinaryWriter, node: Node, place: PlaceTensor): void {
  writeTexts(writer, 1, node.inputs);
  writeTexts(writer, 2, node.outputs);
  writeText(writer, 3, node.name);
  writeText(writer, 4, node.opType);
  for (const attribute of node.attributes) {
    writeMessage(writer, 5, () => {
      writeText(writer, 1, attribute.name);
      const type = writeValue(writer, attribute, place);
      writeInteger(writer, 20, type);
      writeRest(writer, attribute.rest);
    });
  }
  writeText(writer, 7, node.domain);
  writeRest(writer, node.rest);
}

/** @returns the number that AttributeProto.AttributeType has for what was written. */
function writeValue(writer: BinaryWriter, attribute: AttributeValue, place: PlaceTensor): number {
  const tensor = (number: number, value: Tensor) =>
    writeMessage(writer, number, () => writeTensor(writer, value, place(value, false)));
  const graph = (number: number, value: Graph) =>
    writeMessage(writer, number, () => writeGraph(writer, value, place, false));
  switch (attribute.kind) {
    case "float":
      writer.tag(2, WireType.Bit32).float(attribute.value);
      return 1;
    case "int":
      writeInteger(writer, 3, attribute.value);
      return 2;
    case "string":
      writeBytes(writer, 4, attribute.value);
      return 3;
    case "tensor":
      tensor(5, attribute.value);
      return 4;
    case "graph":
      graph(6, attribute.value);
      return 5;
    case "floats":
      for (const value of attribute.value) writer.tag(7, WireType.Bit32).float(value);
      return 6;
    case "ints":
      for (const value of attribute.value) writeInteger(writer, 8, value);
      return 7;
    case "strings":
      for (const value of attribute.value) writeBytes(writer, 9, value);
      return 8;
    case "tensors":
      for (const value of attribute.value) tensor(10, value);
      return 9;
    case "graphs":
      for (const value of attribute.value) graph(11, value);
      return 10;
    case "other":
      return attribute.type;
  }
}
