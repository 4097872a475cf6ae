// Writes small Caffe2 nets for tests.
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** A string and bytes are written as bytes, a number as int. */
export type WrittenArgument =
  | string
  | number
  | Uint8Array
  | { float: number }
  | { ints: readonly number[] }
  | { floats: readonly number[] };

export interface WrittenOperator {
  readonly type: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly arguments?: Readonly<Record<string, WrittenArgument>>;
}

export interface WrittenNet {
  readonly name?: string;
  readonly operators: readonly WrittenOperator[];
  readonly externalInputs?: readonly string[];
  readonly externalOutputs?: readonly string[];
}

export function writeNet(net: WrittenNet): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  if (net.name !== undefined) writeText(writer, 1, net.name);
  for (const operator of net.operators) {
    writer.tag(2, WireType.LengthDelimited).fork();
    writeOperator(writer, operator);
    writer.join();
  }
  for (const name of net.externalInputs ?? []) writeText(writer, 7, name);
  for (const name of net.externalOutputs ?? []) writeText(writer, 8, name);
  return writer.finish();
}

function writeOperator(writer: BinaryWriter, operator: WrittenOperator): void {
  for (const name of operator.inputs ?? []) writeText(writer, 1, name);
  for (const name of operator.outputs ?? []) writeText(writer, 2, name);
  writeText(writer, 4, operator.type);
  for (const [name, argument] of Object.entries(operator.arguments ?? {})) {
    writer.tag(5, WireType.LengthDelimited).fork();
    writeText(writer, 1, name);
    writeArgument(writer, argument);
    writer.join();
  }
}

function writeArgument(writer: BinaryWriter, argument: WrittenArgument): void {
  if (typeof argument === "string") writeText(writer, 4, argument);
  else if (typeof argument === "number") writer.tag(3, WireType.Varint).int64(argument);
  else if (argument instanceof Uint8Array) writer.tag(4, WireType.LengthDelimited).bytes(argument);
  else if ("float" in argument) writer.tag(2, WireType.Bit32).float(argument.float);
  else if ("ints" in argument) for (const value of argument.ints) writer.tag(6, WireType.Varint).int64(value);
  else for (const value of argument.floats) writer.tag(5, WireType.Bit32).float(value);
}

function writeText(writer: BinaryWriter, field: number, text: string): void {
  writer.tag(field, WireType.LengthDelimited).string(text);
}
