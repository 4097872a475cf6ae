// Reads a Caffe2 network (`NetDef`, a protobuf message) from untrusted bytes into plain data.
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { XaiError } from "../errors.ts";

/** Operators in execution order; values ("blobs") are known by name. */
export interface NetDef {
  readonly name: string;
  readonly operators: readonly Operator[];
  readonly externalInputs: readonly string[];
  readonly externalOutputs: readonly string[];
}

export interface Operator {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly arguments: ReadonlyMap<string, Argument>;
}

/** One named setting of an operator; which of the fields is filled is up to the operator. */
export interface Argument {
  readonly float?: number;
  readonly int?: number;
  /** Text, or raw bytes: a view into the file. */
  readonly bytes?: Uint8Array;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
}

/**
 * @param bytes a serialized `NetDef`, such as Caffe2's `predict_net.pb` or `init_net.pb`.
 * @throws caffe2/malformed when the bytes are anything else.
 * @see caffe2.proto of https://github.com/pytorch/pytorch (v1.0) for the field numbers
 */
export function readNetDef(bytes: Uint8Array): NetDef {
  try {
    const net = readNet(bytes);
    if (net.operators.length === 0) throw new Error("there is no operator in it");
    return net;
  } catch (error) {
    if (error instanceof XaiError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new XaiError("caffe2/malformed", { reason }, { cause: error });
  }
}

function readNet(bytes: Uint8Array): NetDef {
  let name = "";
  const operators: Operator[] = [];
  const externalInputs: string[] = [];
  const externalOutputs: string[] = [];
  for (const { field, wire, reader } of fieldsOf(bytes)) {
    if (field === 1) name = text(reader, wire);
    else if (field === 2) operators.push(readOperator(message(reader, wire)));
    else if (field === 7) externalInputs.push(text(reader, wire));
    else if (field === 8) externalOutputs.push(text(reader, wire));
    else reader.skip(wire, field);
  }
  return { name, operators, externalInputs, externalOutputs };
}

function readOperator(bytes: Uint8Array): Operator {
  let type = "";
  const inputs: string[] = [];
  const outputs: string[] = [];
  const named = new Map<string, Argument>();
  for (const { field, wire, reader } of fieldsOf(bytes)) {
    if (field === 1) inputs.push(text(reader, wire));
    else if (field === 2) outputs.push(text(reader, wire));
    else if (field === 4) type = text(reader, wire);
    else if (field === 5) named.set(...readArgument(message(reader, wire)));
    else reader.skip(wire, field);
  }
  return { type, inputs, outputs, arguments: named };
}

function readArgument(bytes: Uint8Array): [name: string, argument: Argument] {
  let name = "";
  const argument: { -readonly [Key in keyof Argument]: Argument[Key] } & {
    floats: number[];
    ints: number[];
  } = {
    floats: [],
    ints: [],
  };
  for (const { field, wire, reader } of fieldsOf(bytes)) {
    if (field === 1) name = text(reader, wire);
    else if (field === 2) argument.float = float(reader, wire);
    else if (field === 3) argument.int = integer(reader, wire);
    else if (field === 4) argument.bytes = message(reader, wire);
    else if (field === 5) readRepeated(reader, wire, float, WireType.Bit32, argument.floats);
    else if (field === 6) readRepeated(reader, wire, integer, WireType.Varint, argument.ints);
    else reader.skip(wire, field);
  }
  return [name, argument];
}

interface Field {
  readonly field: number;
  readonly wire: WireType;
  readonly reader: BinaryReader;
}

/** Each tag of a message; whoever takes it must read or skip what follows. */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    yield { field, wire, reader };
  }
}

type ReadNumber = (reader: BinaryReader, wire: WireType) => number;

/** Writers may store a list of numbers one by one or as one packed run. */
function readRepeated(
  reader: BinaryReader,
  wire: WireType,
  read: ReadNumber,
  single: WireType,
  into: number[],
): void {
  if (wire !== WireType.LengthDelimited) {
    into.push(read(reader, wire));
    return;
  }
  const packed = new BinaryReader(reader.bytes());
  while (packed.pos < packed.len) into.push(read(packed, single));
}

function text(reader: BinaryReader, wire: WireType): string {
  expectWire(wire, WireType.LengthDelimited);
  return reader.string(true);
}

function message(reader: BinaryReader, wire: WireType): Uint8Array {
  expectWire(wire, WireType.LengthDelimited);
  return reader.bytes();
}

function float(reader: BinaryReader, wire: WireType): number {
  expectWire(wire, WireType.Bit32);
  return reader.float();
}

function integer(reader: BinaryReader, wire: WireType): number {
  expectWire(wire, WireType.Varint);
  const value = Number(reader.int64());
  if (!Number.isSafeInteger(value)) throw new Error(`an integer is out of range: ${value}`);
  return value;
}

function expectWire(actual: WireType, expected: WireType): void {
  if (actual !== expected) throw new Error(`a field has wire type ${actual} instead of ${expected}`);
}
