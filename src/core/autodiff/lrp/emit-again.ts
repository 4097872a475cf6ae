// Repeats a node of the graph with other inputs of the same shapes.
import type { AttributeInput } from "../../onnx/build.ts";
import type { Attribute, Node } from "../../onnx/model.ts";
import { decodeText } from "../../onnx/wire.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { unsupported } from "../rule.ts";

export function emitAgain(builder: GraphBuilder, node: Node, inputs: readonly Ref[]): Ref {
  const [result] = node.outputs as readonly [Ref];
  const attributes = Object.fromEntries(node.attributes.map((each) => [each.name, written(each, node)]));
  const facts = { dims: builder.dims(result), elementType: builder.elementType(result) };
  return builder.emit(node.opType, inputs, attributes, facts);
}

function written(attribute: Attribute, node: Node): AttributeInput {
  switch (attribute.kind) {
    case "int":
      return Number(attribute.value);
    case "ints":
      return attribute.value.map(Number);
    case "float":
      return { float: attribute.value };
    case "string":
      return decodeText(attribute.value);
    default:
      throw unsupported(node, `its attribute ${attribute.name} cannot be repeated`);
  }
}
