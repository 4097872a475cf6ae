// Decides which tensors are written as references into the original file instead of as bytes.
import { ElementType, type OnnxModel, type Tensor, type TensorData } from "./model.ts";

/**
 * The tensor's data as a reference into `source` where that is allowed and worth it, else as it is.
 *
 * What onnxruntime-web 1.30 (WASM) makes of such references, tried out and pinned by `write-onnx.test.ts`:
 * any offset will do, aligned or not; any element type; tensors as small as four bytes; `float_data` of the
 * original file serves as well as `raw_data`; several files side by side. `location` must be relative and equal
 * to the `path` in the option `externalData` (a leading `./` is ignored). A file that is missing or too short
 * fails the session's creation. The runtime copies the bytes into its own heap and keeps no hold of them.
 */
export function externalised(
  tensor: Tensor,
  source: Uint8Array,
  location: string,
  minimumBytes: number,
): TensorData {
  const bytes = littleEndianBytes(tensor.data);
  if (bytes === undefined || bytes.length < minimumBytes || !isWeight(tensor.elementType)) return tensor.data;
  const offset = bytes.byteOffset - source.byteOffset;
  const isInside = bytes.buffer === source.buffer && offset >= 0 && offset + bytes.length <= source.length;
  return isInside ? { kind: "external", location, offset, length: bytes.length, file: source } : tensor.data;
}

/** `path`, or a longer name where the model already refers to another file by that name. */
export function unusedLocation(model: OnnxModel, path: string): string {
  const used = new Set(
    model.graph.initializers.map(({ data }) => (data.kind === "external" ? data.location : undefined)),
  );
  let location = path;
  while (used.has(location)) location = `${location}.original`;
  return location;
}

/** The bytes as `raw_data` would hold them; undefined where they are stored otherwise. */
function littleEndianBytes(data: TensorData): Uint8Array | undefined {
  if (data.kind === "raw") return data.bytes;
  if (data.kind === "packed" && (data.field === "float" || data.field === "double")) return data.bytes;
  return undefined;
}

/** Shapes, axes and indices are int32 or int64 and must be inline, because shape inference reads them. */
function isWeight(elementType: number): boolean {
  return weightTypes.has(elementType);
}

const weightTypes: ReadonlySet<number> = new Set([
  ElementType.float32,
  ElementType.float16,
  ElementType.float64,
  ElementType.bfloat16,
  ElementType.int8,
  ElementType.uint8,
]);
