// Reads AttributeProto: one value of the type that the attribute itself declares.
import type { Attribute, AttributeValue, Graph, Tensor } from "./model.ts";
import { type ReadContext, readTensor } from "./read-tensor.ts";
import {
  malformed,
  readBigInt,
  readBigInts,
  readBytes,
  readFields,
  readFloat,
  readFloats,
  readInteger,
  readText,
} from "./wire.ts";

/** Reads the attribute; `readSubgraph` is called for graphs in it, such as the branches of an If. */
export function readAttribute(
  bytes: Uint8Array,
  context: ReadContext,
  readSubgraph: (bytes: Uint8Array) => Graph,
): Attribute {
  const fields = emptyFields();
  const { budget } = context;
  let name = "";
  const rest = readFields(bytes, budget, (number, type, reader) => {
    if (number === 1) name = readText(reader, type);
    else if (number === 2) fields.float = readFloat(reader, type);
    else if (number === 3) fields.int = readBigInt(reader, type);
    else if (number === 4) fields.string = readBytes(reader, type);
    else if (number === 5) fields.tensor = readTensor(readBytes(reader, type), context);
    else if (number === 6) fields.graph = readSubgraph(readBytes(reader, type));
    else if (number === 7) readFloats(reader, type, fields.floats, budget);
    else if (number === 8) readBigInts(reader, type, fields.ints, budget);
    else if (number === 9) fields.strings.push(readBytes(reader, type));
    else if (number === 10) fields.tensors.push(readTensor(readBytes(reader, type), context));
    else if (number === 11) fields.graphs.push(readSubgraph(readBytes(reader, type)));
    else if (number === 20) fields.type = readInteger(reader, type);
    else return false;
    return true;
  });
  return { name, ...attributeValue(fields), rest };
}

/** Everything an attribute may carry; its type says what counts. */
interface AttributeFields {
  type: number;
  float: number;
  int: bigint;
  string: Uint8Array;
  tensor: Tensor | undefined;
  graph: Graph | undefined;
  readonly floats: number[];
  readonly ints: bigint[];
  readonly strings: Uint8Array[];
  readonly tensors: Tensor[];
  readonly graphs: Graph[];
}

function emptyFields(): AttributeFields {
  const string = new Uint8Array(0);
  const lists = { floats: [], ints: [], strings: [], tensors: [], graphs: [] };
  return { type: 0, float: 0, int: 0n, string, tensor: undefined, graph: undefined, ...lists };
}

/** The numbers are those of AttributeProto.AttributeType in the ONNX specification. */
function attributeValue(fields: AttributeFields): AttributeValue {
  switch (fields.type) {
    case 0:
      throw malformed("an attribute without a type");
    case 1:
      return { kind: "float", value: fields.float };
    case 2:
      return { kind: "int", value: fields.int };
    case 3:
      return { kind: "string", value: fields.string };
    case 4:
      return { kind: "tensor", value: present(fields.tensor) };
    case 5:
      return { kind: "graph", value: present(fields.graph) };
    case 6:
      return { kind: "floats", value: fields.floats };
    case 7:
      return { kind: "ints", value: fields.ints };
    case 8:
      return { kind: "strings", value: fields.strings };
    case 9:
      return { kind: "tensors", value: fields.tensors };
    case 10:
      return { kind: "graphs", value: fields.graphs };
    default:
      return { kind: "other", type: fields.type };
  }
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw malformed("an attribute without its value");
  return value;
}
