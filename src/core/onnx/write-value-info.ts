// Writes ValueInfoProto: the name, element type and shape of a value.
import type { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { Dimension, ValueInfo, ValueType } from "./model.ts";
import { writeBytes, writeInteger, writeMessage, writeRest, writeText, writeTexts } from "./write-message.ts";

export function writeValueInfo(writer: BinaryWriter, value: ValueInfo): void {
  const { type } = value;
  writeText(writer, 1, value.name);
  if (type?.kind === "other") writeBytes(writer, 2, type.bytes);
  if (type?.kind === "tensor") {
    writeMessage(writer, 2, () => writeMessage(writer, 1, () => writeTensorType(writer, type)));
  }
  writeRest(writer, value.rest);
}

function writeTensorType(writer: BinaryWriter, type: ValueType & { readonly kind: "tensor" }): void {
  const { shape } = type;
  writeInteger(writer, 1, type.elementType);
  if (shape !== null) {
    writeMessage(writer, 2, () => {
      for (const dimension of shape) writeMessage(writer, 1, () => writeDimension(writer, dimension));
    });
  }
  writeRest(writer, type.rest);
}

function writeDimension(writer: BinaryWriter, dimension: Dimension): void {
  const { size } = dimension;
  if (typeof size === "number") writeInteger(writer, 1, size);
  // An empty name is written too: it differs from no name at all.
  if (typeof size === "string") writeTexts(writer, 2, [size]);
  writeRest(writer, dimension.rest);
}
