// Writes NumPy's NPY format: what `numpy.load` reads.
import { XaiError } from "../errors.ts";

/** Arrays that have a name in NumPy. */
export type NpyArray = Float32Array | Float64Array | Uint8Array;

/** Magic, version 1.0 and the length of the header. */
const preamble = 10;
/** Elements begin at a multiple of this, so that readers can map the file. */
const alignment = 64;

/**
 * An array in C order, version 1.0 of the format, little-endian on every machine.
 * @param shape lengths of the axes; their product is the number of values.
 * @throws internal/unexpected where it is not
 * @see NumPy enhancement proposal 1, https://numpy.org/neps/nep-0001-npy-format.html
 */
export function writeNpy(values: NpyArray, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const count = shape.reduce((product, axis) => product * axis, 1);
  if (count !== values.length)
    throw new XaiError("internal/unexpected", { reason: `${values.length} values in a shape of ${shape}` });
  const header = headerOf(descriptionOf(values), shape);
  const start = preamble + header.length;
  const bytes = new Uint8Array(start + values.byteLength);
  const view = new DataView(bytes.buffer);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  view.setUint16(8, header.length, true);
  for (let index = 0; index < header.length; index++) bytes[preamble + index] = header.charCodeAt(index);
  writeValues(view, start, values);
  return bytes;
}

/** A Python dictionary, padded with spaces so that the elements are aligned. */
function headerOf(description: string, shape: readonly number[]): string {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${description}', 'fortran_order': False, 'shape': (${axes}), }`;
  const length = Math.ceil((preamble + dictionary.length + 1) / alignment) * alignment - preamble;
  return `${dictionary.padEnd(length - 1)}\n`;
}

function descriptionOf(values: NpyArray): string {
  if (values instanceof Uint8Array) return "|u1";
  return values instanceof Float32Array ? "<f4" : "<f8";
}

function writeValues(view: DataView, start: number, values: NpyArray): void {
  const size = values.BYTES_PER_ELEMENT;
  for (let index = 0; index < values.length; index++) {
    const at = start + index * size;
    if (values instanceof Uint8Array) view.setUint8(at, values[index]);
    else if (values instanceof Float32Array) view.setFloat32(at, values[index], true);
    else view.setFloat64(at, values[index], true);
  }
}
