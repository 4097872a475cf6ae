// Reads one vector from a file: a JSON list of numbers, or NumPy's NPY format.
import { asciiText } from "./ascii-text.ts";
import { readNpy } from "./read-npy.ts";
import { unreadable } from "./unreadable.ts";

/**
 * @param bytes a JSON list of numbers, a list that holds one such list, or an NPY file of floats with one axis longer
 * than 1.
 * @returns `[D]`, finite.
 * @throws vector/unreadable
 */
export function readVector(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const values = bytes[0] === 0x93 ? readNpy(bytes) : readJson(bytes);
  if (values.length === 0) throw unreadable("it is empty");
  if (!values.every(Number.isFinite)) throw unreadable("not all of its numbers are finite");
  return values;
}

function readJson(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const value = parse(bytes);
  const list: unknown =
    Array.isArray(value) && value.length === 1 && Array.isArray(value[0]) ? value[0] : value;
  if (!Array.isArray(list)) throw unreadable("it is not a list");
  if (!list.every((item) => typeof item === "number"))
    throw unreadable("it holds more than one row of numbers");
  return Float32Array.from(list);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(asciiText(bytes));
  } catch (error) {
    throw unreadable("it is neither JSON nor NPY", error);
  }
}
