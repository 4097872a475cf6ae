// Writes TensorProto, with its data inline or as a reference to a file beside the model.
import type { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { PackedField, Tensor, TensorData } from "./model.ts";
import { writeBytes, writeInteger, writeMessage, writeRest, writeText } from "./write-message.ts";

/** Says how a tensor's data is written; only initializers of the main graph may move out of the file. */
export type PlaceTensor = (tensor: Tensor, isInitializer: boolean) => TensorData;

export function writeTensor(writer: BinaryWriter, tensor: Tensor, data: TensorData): void {
  for (const size of tensor.dims) writeInteger(writer, 1, size);
  writeInteger(writer, 2, tensor.elementType);
  if (data.kind === "packed") writeBytes(writer, packedNumbers[data.field], data.bytes);
  if (data.kind === "strings") for (const value of data.values) writeBytes(writer, 6, value);
  writeText(writer, 8, tensor.name);
  if (data.kind === "raw") writeBytes(writer, 9, data.bytes);
  if (data.kind === "external") writeReference(writer, data);
  writeRest(writer, tensor.rest);
}

const packedNumbers: Readonly<Record<PackedField, number>> = {
  float: 4,
  int32: 5,
  int64: 7,
  double: 10,
  uint64: 11,
};

function writeReference(writer: BinaryWriter, data: TensorData & { readonly kind: "external" }): void {
  const entries = { location: data.location, offset: String(data.offset), length: String(data.length) };
  for (const [key, value] of Object.entries(entries)) {
    writeMessage(writer, 13, () => {
      writeText(writer, 1, key);
      writeText(writer, 2, value);
    });
  }
  writeInteger(writer, 14, 1);
}
