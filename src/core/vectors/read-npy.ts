// NumPy's NPY format, as far as one vector of floats needs it.
import { halfToNumber } from "../onnx/tensor-numbers.ts";
import { asciiText } from "./ascii-text.ts";
import { unreadable } from "./unreadable.ts";

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

/** By NumPy's name without the byte order: bytes an element, and how one is read. */
const types: Readonly<Record<string, readonly [bytes: number, read: Read]>> = {
  f2: [2, (view, at, little) => halfToNumber(view.getUint16(at, little))],
  f4: [4, (view, at, little) => view.getFloat32(at, little)],
  f8: [8, (view, at, little) => view.getFloat64(at, little)],
};

/**
 * @returns the elements of an array in which at most one axis is longer than 1.
 * @throws vector/unreadable
 * @see NumPy enhancement proposal 1, https://numpy.org/neps/nep-0001-npy-format.html
 */
export function readNpy(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { header, start } = readHeader(bytes, view);
  const [, order, name] = /'descr':\s*'([<>|=])(\w+)'/.exec(header) ?? [];
  const [size, read] = types[name ?? ""] ?? [];
  if (size === undefined || read === undefined) throw unreadable("its numbers are not floats");
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (shape === undefined) throw unreadable("its header names no shape");
  const axes = (shape.match(/\d+/g) ?? []).map(Number);
  if (axes.filter((axis) => axis !== 1).length > 1) throw unreadable("it has more than one row");
  const count = axes.reduce((product, axis) => product * axis, 1);
  if (bytes.length < start + count * size) throw unreadable("it ends too early");
  return Float32Array.from({ length: count }, (_, index) => read(view, start + index * size, order !== ">"));
}

/** The header's text, and where the elements begin. */
function readHeader(bytes: Uint8Array, view: DataView): { readonly header: string; readonly start: number } {
  if (asciiText(bytes.subarray(1, 6)) !== "NUMPY" || bytes.length < 12)
    throw unreadable("it is neither JSON nor NPY");
  const isShort = bytes[6] === 1;
  const begin = isShort ? 10 : 12;
  const length = isShort ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = begin + length;
  if (start > bytes.length) throw unreadable("it ends too early");
  return { header: asciiText(bytes.subarray(begin, start)), start };
}
