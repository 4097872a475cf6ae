// Reads ValueInfoProto: the name, element type and shape of a value; types that are no tensors stay undecoded.
import type { Dimension, RawFields, ValueInfo, ValueType } from "./model.ts";
import { type Budget, readBytes, readFields, readInteger, readText } from "./wire.ts";

export function readValueInfo(bytes: Uint8Array, budget: Budget): ValueInfo {
  let name = "";
  let type: ValueType | null = null;
  const rest = readFields(bytes, budget, (number, wireType, reader) => {
    if (number === 1) name = readText(reader, wireType);
    else if (number === 2) type = readType(readBytes(reader, wireType), budget);
    else return false;
    return true;
  });
  return { name, type, rest };
}

function readType(bytes: Uint8Array, budget: Budget): ValueType {
  let tensor: Uint8Array | undefined;
  const others = readFields(bytes, budget, (number, wireType, reader) => {
    if (number !== 1) return false;
    tensor = readBytes(reader, wireType);
    return true;
  });
  // A tensor type with a denotation beside it is kept whole, too rare to be taken apart.
  if (tensor === undefined || others.length > 0) return { kind: "other", bytes };
  return readTensorType(tensor, budget);
}

function readTensorType(bytes: Uint8Array, budget: Budget): ValueType {
  let elementType = 0;
  let shape: readonly Dimension[] | null = null;
  const rest = readFields(bytes, budget, (number, wireType, reader) => {
    if (number === 1) elementType = readInteger(reader, wireType);
    else if (number === 2) shape = readShape(readBytes(reader, wireType), budget);
    else return false;
    return true;
  });
  return { kind: "tensor", elementType, shape, rest };
}

function readShape(bytes: Uint8Array, budget: Budget): readonly Dimension[] {
  const dimensions: Dimension[] = [];
  readFields(bytes, budget, (number, wireType, reader) => {
    if (number !== 1) return false;
    dimensions.push(readDimension(readBytes(reader, wireType), budget));
    return true;
  });
  return dimensions;
}

function readDimension(bytes: Uint8Array, budget: Budget): Dimension {
  let size: Dimension["size"] = null;
  const rest: RawFields = readFields(bytes, budget, (number, wireType, reader) => {
    if (number === 1) size = readInteger(reader, wireType);
    else if (number === 2) size = readText(reader, wireType);
    else return false;
    return true;
  });
  return { size, rest };
}
