// One file of a model: the kept copy if there is a good one, else the first source that gives the right bytes.
import { XaiError } from "../../core/errors.ts";
import type { FileSource, ModelFile } from "../../core/models/descriptor.ts";
import { describeFailure, describeRefusal } from "./describe-failure.ts";
import { type DownloadOrder, download } from "./download.ts";
import { type FileCache, openFileCache } from "./file-cache.ts";
import { entryKey, type KeptFile, keepFile, readKept } from "./kept-files.ts";
import { sourceAddress } from "./source-address.ts";
import { type StoreContext, throwIfCancelled } from "./store-context.ts";
import { verifyFile } from "./verify.ts";

export interface ObtainedFile {
  /** Verified. May also be held by the store's memory: copy before changing or transferring it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** In lower-case hex. */
  readonly sha256: string;
  readonly source: FileSource["kind"] | "cache";
  /** What the user should know, as sentences. */
  readonly notices: readonly string[];
}

/**
 * Obtains a file from the cache or from its sources, in the order they are listed; size and SHA-256 are verified
 * before anything is kept. A kept file is used for as long as it is there, even if its source has changed since.
 * @throws model/unavailable when no source gives it (`tried` says why, one line a source), job/cancelled
 */
export async function obtainFile(file: ModelFile, context: StoreContext): Promise<ObtainedFile> {
  throwIfCancelled(context);
  const cache = await openFileCache(context);
  const notices: string[] = [];
  for (const source of file.sources) {
    const kept = await readKept(source, cache, context);
    if (kept === "damaged") notices.push(`The kept copy of ${file.name} was damaged and has been deleted.`);
    else if (kept !== "none") return { bytes: kept.bytes, sha256: kept.digest, source: "cache", notices };
  }

  const tried: string[] = [];
  for (const source of file.sources) {
    const address = await sourceAddress(source, context);
    if ("notOffered" in address) {
      tried.push(`${source.kind}: ${address.notOffered}`);
      continue;
    }
    try {
      const fetched = await fetchFrom(address.url, file, source, cache, context);
      const { bytes, digest } = fetched;
      return { bytes, sha256: digest, source: source.kind, notices: [...notices, ...fetched.notices] };
    } catch (error) {
      const failure = describeFailure(address.url, error);
      if (failure === undefined) throw error;
      tried.push(`${source.kind}: ${failure}`);
      if (describeRefusal(address.url, error)) notices.push(`${file.name} was refused: ${failure}.`);
    }
  }
  throw new XaiError("model/unavailable", { model: file.name, tried });
}

interface Fetched extends KeptFile {
  readonly notices: readonly string[];
}

async function fetchFrom(
  url: string,
  file: ModelFile,
  source: FileSource,
  cache: FileCache,
  context: StoreContext,
): Promise<Fetched> {
  const order: DownloadOrder = {
    url,
    bytes: source.bytes,
    sha256: source.sha256,
    subject: file.name,
    partialKey: entryKey("partial", source, context),
  };
  const { bytes, digest } = await downloadVerified(order, cache, context);
  const notices = await keepFile(file.name, source, { bytes, digest }, cache, context);
  return { bytes, digest, notices };
}

/** A resumed file that is wrong may be a right file behind a wrong beginning, so it is fetched once more as a whole. */
async function downloadVerified(
  order: DownloadOrder,
  cache: FileCache,
  context: StoreContext,
): Promise<KeptFile> {
  const { bytes, resumed } = await download(order, context, cache);
  context.onProgress({ stage: "verify", subject: order.subject });
  try {
    return { bytes, digest: await verifyFile(bytes, order, context) };
  } catch (error) {
    if (!resumed) throw error;
    return downloadVerified(order, cache, context);
  }
}
