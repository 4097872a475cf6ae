// A file of the user's as a target for the model's output.
import { XaiError } from "../core/errors.ts";
import { readVector } from "../core/vectors/read-vector.ts";
import type { NamedVector } from "./state/selection.ts";

/**
 * @param length how many numbers the model puts out.
 * @throws vector/unreadable, vector/wrong-length
 */
export async function readVectorFile(file: File, length: number): Promise<NamedVector> {
  const values = readVector(new Uint8Array(await file.arrayBuffer()));
  if (values.length !== length)
    throw new XaiError("vector/wrong-length", { expected: length, actual: values.length });
  return { name: file.name.replace(/\.(json|npy)$/i, ""), values };
}
