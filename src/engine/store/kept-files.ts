// The files that were fetched and found right before: read again with the same checks, pinned if nobody vouches for them.
import type { FileSource, ModelFile } from "../../core/models/descriptor.ts";
import type { FileCache } from "./file-cache.ts";
import type { StoreContext } from "./store-context.ts";
import { digestHex } from "./verify.ts";

/** What the cache keeps about a file: itself, the digest it had on first use, and the start of a broken download. */
export type EntryPurpose = "file" | "pin" | "partial";

/** A verified file. */
export interface KeptFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256 in lower-case hex. */
  readonly digest: string;
}

/** Name of an entry. An address below the app, but none that the app ever requests. */
export function entryKey(
  purpose: EntryPurpose,
  source: FileSource,
  context: Pick<StoreContext, "baseUrl">,
): string {
  const path = `model-store/${purpose}/${source.kind}/${encodeURIComponent(source.location)}`;
  return new URL(path, context.baseUrl).href;
}

/**
 * The kept copy of a file from this source, and its SHA-256. A copy that is not what it should be is deleted.
 * @returns `damaged` when there was such a copy.
 */
export async function readKept(
  source: FileSource,
  cache: FileCache,
  context: StoreContext,
): Promise<KeptFile | "none" | "damaged"> {
  const key = entryKey("file", source, context);
  const entry = await cache.read(key);
  if (!entry) return "none";
  const expected = source.sha256 ?? (await readPin(source, cache, context));
  const digest = await digestHex(entry.bytes, context);
  if (digest === expected) return { bytes: entry.bytes, digest };
  await cache.remove(key);
  return "damaged";
}

/**
 * Keeps a verified file for the next time.
 * @param file its digest is pinned if the source promises none.
 * @returns what the user should know: the file is another one than on first use, or it could not be stored.
 */
export async function keepFile(
  name: string,
  source: FileSource,
  file: KeptFile,
  cache: FileCache,
  context: StoreContext,
): Promise<string[]> {
  const notices: string[] = [];
  if (source.sha256 === undefined) {
    const pinned = await readPin(source, cache, context);
    if (pinned !== undefined && pinned !== file.digest)
      notices.push(
        `${name} is not the file that ${source.location} gave on first use: its SHA-256 was ${pinned} and is ${file.digest}. The new file is in use.`,
      );
    await cache.write(entryKey("pin", source, context), {
      bytes: new Uint8Array(0),
      facts: { sha256: file.digest },
    });
  }
  const kept = await cache.write(entryKey("file", source, context), { bytes: file.bytes, facts: {} });
  if (kept.place === "memory")
    notices.push(
      `${whyNotStored[kept.why]} ${name} stays in memory and has to be fetched again after a reload.`,
    );
  return notices;
}

/** Deletes all that is kept about a file: it will be fetched as on first use. */
export async function forgetFile(file: ModelFile, cache: FileCache, context: StoreContext): Promise<void> {
  for (const source of file.sources)
    for (const purpose of ["file", "pin", "partial"] as const)
      await cache.remove(entryKey(purpose, source, context));
}

const whyNotStored = {
  absent: "The browser offers this page no storage.",
  full: "The browser's storage for this page is full.",
  failed: "The browser could not store a file.",
} as const;

async function readPin(
  source: FileSource,
  cache: FileCache,
  context: StoreContext,
): Promise<string | undefined> {
  return (await cache.read(entryKey("pin", source, context)))?.facts.sha256;
}
