// Keeps bytes under a name: in Cache Storage, or in memory where that is absent, broken or full.
import type { CacheEntry, CacheLike, StoreContext } from "./store-context.ts";

/** Where an entry was put: for good, or only for as long as the worker lives, and why. */
export type Kept =
  | { readonly place: "storage" }
  | { readonly place: "memory"; readonly why: "absent" | "full" | "failed" };

export interface FileCache {
  readonly read: (key: string) => Promise<CacheEntry | undefined>;
  /** Replaces what was there. Never fails: what cannot be stored stays in memory. */
  readonly write: (key: string, entry: CacheEntry) => Promise<Kept>;
  readonly remove: (key: string) => Promise<void>;
}

const cacheName = "patchlight-models-1";
const factPrefix = "x-patchlight-";

/** Opens the app's cache of model files. An entry in memory is newer than one in storage, so it is read first. */
export async function openFileCache(context: Pick<StoreContext, "caches" | "memory">): Promise<FileCache> {
  const { memory } = context;
  const storage = await open(context.caches);
  return {
    read: async (key) => memory.get(key) ?? (storage && (await readStored(storage, key))),
    write: async (key, entry) => {
      const kept = await writeStored(storage, key, entry);
      if (kept.place === "storage") memory.delete(key);
      else memory.set(key, entry);
      return kept;
    },
    remove: async (key) => {
      memory.delete(key);
      await storage?.delete(key).catch(() => false);
    },
  };
}

async function open(caches: StoreContext["caches"]): Promise<CacheLike | undefined> {
  // Some private windows offer Cache Storage and refuse to open it.
  return caches?.open(cacheName).catch(() => undefined);
}

async function readStored(storage: CacheLike, key: string): Promise<CacheEntry | undefined> {
  try {
    const response = await storage.match(key);
    if (!response) return undefined;
    return { bytes: new Uint8Array(await response.arrayBuffer()), facts: factsOf(response.headers) };
  } catch {
    // A damaged entry cannot be read; it is as good as none.
    return undefined;
  }
}

async function writeStored(storage: CacheLike | undefined, key: string, entry: CacheEntry): Promise<Kept> {
  if (!storage) return { place: "memory", why: "absent" };
  const headers = new Headers({ "content-type": "application/octet-stream" });
  for (const [name, value] of Object.entries(entry.facts)) headers.set(factPrefix + name, value);
  try {
    await storage.put(key, new Response(entry.bytes, { headers }));
    return { place: "storage" };
  } catch (error) {
    // The old entry may still be there, and would be read again after a reload.
    await storage.delete(key).catch(() => false);
    const full = error instanceof Error && error.name === "QuotaExceededError";
    return { place: "memory", why: full ? "full" : "failed" };
  }
}

function factsOf(headers: Headers): Record<string, string> {
  const facts: Record<string, string> = {};
  headers.forEach((value, name) => {
    if (name.startsWith(factPrefix)) facts[name.slice(factPrefix.length)] = value;
  });
  return facts;
}
