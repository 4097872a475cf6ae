// Trial files: one that is wanted, where it could come from, and how obtaining it can fail.
import { type ErrorDetails, isXaiError } from "../../src/core/errors.ts";
import type { FileSource, ModelFile } from "../../src/core/models/descriptor.ts";
import { type ObtainedFile, obtainFile } from "../../src/engine/store/obtain-file.ts";
import type { StoreContext } from "../../src/engine/store/store-context.ts";
import { type Answer, baseUrl, hexDigest, someBytes } from "./fake-platform.ts";

/** The file that is wanted. */
export const right = someBytes(20_000);
/** Another file of its size. */
export const wrong = someBytes(20_000, 2);
export const promised = { bytes: right.length, sha256: hexDigest(right) };

export const indexUrl = `${baseUrl}models-mirror/index.json`;
export const builtInUrl = `${baseUrl}models/tiny/model.onnx`;
export const mirrorUrl = `${baseUrl}models-mirror/tiny/model.onnx`;
export const hubUrl = "https://hub.example/tiny/model.onnx";

export const builtIn: FileSource = { kind: "built-in", location: "tiny/model.onnx", ...promised };
export const mirror: FileSource = { kind: "mirror", location: "tiny/model.onnx", ...promised };
export const hub: FileSource = { kind: "hub", location: hubUrl, ...promised };
export const unprovenHub: FileSource = { kind: "hub", location: hubUrl };

export function modelFile(...sources: readonly FileSource[]): ModelFile {
  return { name: "tiny.onnx", sources };
}

/** A mirror's index. */
export function index(files: unknown): Answer {
  return () => Response.json({ files });
}
export const mirrorHasIt = index([{ path: "tiny/model.onnx", bytes: right.length }]);

/** What `model/unavailable` says; the file must not be obtained, and nothing else may happen. */
export async function failure(
  file: ModelFile,
  context: StoreContext,
): Promise<ErrorDetails["model/unavailable"]> {
  const error = await obtainFile(file, context).catch((thrown: unknown) => thrown);
  if (isXaiError(error, "model/unavailable")) return error.details;
  throw error;
}

/** What a test compares of an obtained file. */
export function summary(obtained: ObtainedFile): { readonly sha256: string; readonly source: string } {
  return { sha256: hexDigest(obtained.bytes), source: obtained.source };
}
