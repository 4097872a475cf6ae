// Decides which tensors are written as references into the original file instead of as bytes.
import { ElementType, type OnnxModel, type Tensor, type TensorData } from "./model.ts";

/**
 * The tensor's data as a reference into `source` where that is allowed and worth it, else as it is.
 *
 * Found out with onnxruntime-web 1.30 (WASM, in Node); `write-onnx.test.ts` pins it.
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
