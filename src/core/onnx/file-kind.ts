// Recognises files that are handed in for a model by mistake, by their first bytes.
import { XaiError } from "../errors.ts";

/**
 * Passes anything that may be an ONNX file.
 * @throws onnx/html-page, onnx/git-lfs-pointer for what web servers and git give in a model's place.
 * @throws onnx/truncated for no bytes at all, onnx/not-onnx for other known kinds of file.
 */
export function refuseOtherKinds(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new XaiError("onnx/truncated", { reason: "the file is empty" });
  const head = String.fromCharCode(...bytes.subarray(0, headLength));
  if (head.startsWith("version https://git-lfs")) throw new XaiError("onnx/git-lfs-pointer", {});
  if (htmlStart.test(head)) throw new XaiError("onnx/html-page", {});
  const kind = otherKinds.find(({ at, bytes: start }) => head.startsWith(start, at));
  if (kind !== undefined) throw new XaiError("onnx/not-onnx", { reason: kind.name });
}

const headLength = 512;

/** After a byte-order mark, white space, comments and an XML declaration. */
const htmlStart =
  /^(?:\u00ef\u00bb\u00bf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:[^-]|-(?!->))*-->\s*)*<(?:!doctype\s+html|html|head|body|title|script|meta)\b/i;

/** What such a file has at an offset, each character one byte. */
interface Signature {
  readonly at: number;
  readonly bytes: string;
  readonly name: string;
}

const otherKinds: readonly Signature[] = [
  { at: 0, bytes: "PK\x03\x04", name: "a zip archive, as PyTorch checkpoints are" },
  { at: 0, bytes: "\x80\x02", name: "a Python pickle, as old PyTorch checkpoints are" },
  { at: 4, bytes: "ORTM", name: "a model in ONNX Runtime's own .ort format" },
  { at: 4, bytes: "TFL3", name: "a TensorFlow Lite model" },
  { at: 8, bytes: '{"', name: "a safetensors file: weights without a graph" },
  { at: 0, bytes: "GGUF", name: "a GGUF file" },
  { at: 0, bytes: "\x89HDF", name: "an HDF5 file, as Keras models are" },
  { at: 0, bytes: "\x1f\x8b", name: "a gzip archive" },
  { at: 0, bytes: "{", name: "a text in braces, such as JSON" },
  { at: 0, bytes: "\x89PNG", name: "a picture" },
  { at: 0, bytes: "\xff\xd8\xff", name: "a picture" },
];
