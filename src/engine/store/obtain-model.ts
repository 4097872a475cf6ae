// All files of a registered model, with one account of where they came from.
import type { ModelOrigin } from "../../bridge/contract.ts";
import { isXaiError, XaiError } from "../../core/errors.ts";
import type { ModelDescriptor } from "../../core/models/descriptor.ts";
import { openFileCache } from "./file-cache.ts";
import { forgetFile } from "./kept-files.ts";
import { type ObtainedFile, obtainFile } from "./obtain-file.ts";
import type { StoreContext } from "./store-context.ts";

export interface ObtainedModel {
  /** In the order of the descriptor's files. */
  readonly files: readonly Uint8Array<ArrayBuffer>[];
  readonly origin: ModelOrigin;
}

/**
 * Obtains the files one after the other.
 * @throws model/unavailable naming the model, job/cancelled
 */
export async function obtainModel(model: ModelDescriptor, context: StoreContext): Promise<ObtainedModel> {
  const obtained: ObtainedFile[] = [];
  for (const file of model.files) obtained.push(await obtainFile(file, context).catch(nameModel));
  return {
    files: obtained.map((file) => file.bytes),
    origin: {
      // If any file had to be fetched, that is what the user should read.
      source: (obtained.find((file) => file.source !== "cache") ?? obtained[0]).source,
      bytes: obtained.reduce((sum, file) => sum + file.bytes.length, 0),
      files: obtained.map(({ sha256 }, index) => ({ name: model.files[index].name, sha256 })),
      notices: obtained.flatMap((file) => file.notices),
    },
  };

  function nameModel(error: unknown): never {
    if (!isXaiError(error, "model/unavailable")) throw error;
    throw new XaiError(
      "model/unavailable",
      { model: model.label, tried: error.details.tried },
      { cause: error },
    );
  }
}

/** Deletes what the store keeps of a model, for instance because it was accepted on first use and cannot be read. */
export async function forgetModel(model: ModelDescriptor, context: StoreContext): Promise<void> {
  const cache = await openFileCache(context);
  for (const file of model.files) await forgetFile(file, cache, context);
}
