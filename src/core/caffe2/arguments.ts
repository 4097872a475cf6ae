// Reads an operator's settings with their types checked.
import { XaiError } from "../errors.ts";
import type { Operator } from "./net-def.ts";

/** @throws caffe2/malformed when it is missing and there is no `fallback`. */
export function intArgument(operator: Operator, name: string, fallback?: number): number {
  return operator.arguments.get(name)?.int ?? orElse(operator, name, fallback);
}

/** @throws caffe2/malformed when it is missing and there is no `fallback`. */
export function floatArgument(operator: Operator, name: string, fallback?: number): number {
  return operator.arguments.get(name)?.float ?? orElse(operator, name, fallback);
}

/** @throws caffe2/malformed when it is missing. */
export function bytesArgument(operator: Operator, name: string): Uint8Array {
  return operator.arguments.get(name)?.bytes ?? orElse<Uint8Array>(operator, name, undefined);
}

/** Text in ASCII, as all of Caffe2's settings are; `undefined` when it is missing. */
export function textArgument(operator: Operator, name: string): string | undefined {
  const bytes = operator.arguments.get(name)?.bytes;
  return bytes && String.fromCharCode(...bytes.subarray(0, 64));
}

/** Empty when it is missing, as protobuf does not tell the two apart. */
export function intsArgument(operator: Operator, name: string): readonly number[] {
  return operator.arguments.get(name)?.ints ?? [];
}

/** Empty when it is missing. */
export function floatsArgument(operator: Operator, name: string): readonly number[] {
  return operator.arguments.get(name)?.floats ?? [];
}

/** The error for an operator that is not as Caffe2 writes it. */
export function malformed(operator: Operator, reason: string): XaiError<"caffe2/malformed"> {
  const subject = operator.outputs[0] ?? "";
  return new XaiError("caffe2/malformed", { reason: `${operator.type} "${subject}": ${reason}` });
}

function orElse<Value>(operator: Operator, name: string, fallback: Value | undefined): Value {
  if (fallback === undefined) throw malformed(operator, `argument "${name}" is missing`);
  return fallback;
}
