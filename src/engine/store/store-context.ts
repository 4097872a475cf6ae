// What the model store needs from its surroundings, so that the same code runs in a worker, a page and a test.
import type { OnProgress } from "../../bridge/contract.ts";
import { XaiError } from "../../core/errors.ts";

/** The part of a `Cache` that the store uses. */
export interface CacheLike {
  match(key: string): Promise<Response | undefined>;
  put(key: string, response: Response): Promise<void>;
  delete(key: string): Promise<boolean>;
}

/** The part of `CacheStorage` that the store uses. */
export interface CachesLike {
  open(name: string): Promise<CacheLike>;
}

/** Bytes with a few short facts about them, as the cache keeps them. */
export interface CacheEntry {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Lower-case names, printable ASCII values. */
  readonly facts: Readonly<Record<string, string>>;
}

/** Everything outside the store that it touches. */
export interface StoreContext {
  /** Address of the app; `models/`, `models-mirror/` and `labels/` lie below it. Ends with a slash. */
  readonly baseUrl: URL;
  readonly fetch: (url: string, request: RequestInit) => Promise<Response>;
  /** Absent where the browser offers no Cache Storage: insecure pages, some private windows. */
  readonly caches: CachesLike | undefined;
  /** `subtle` is absent on insecure pages; SHA-256 is then computed in TypeScript. */
  readonly crypto: { readonly subtle?: Pick<SubtleCrypto, "digest"> | undefined } | undefined;
  /** What the Cache Storage could not take, for as long as the worker lives. */
  readonly memory: Map<string, CacheEntry>;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

const sessionMemory = new Map<string, CacheEntry>();

/** The browser's own fetch, Cache Storage and Web Crypto, with one memory for all that runs in this worker. */
export function browserContext(options: {
  /** Address of the page, not of the worker's script. */
  readonly baseUrl: URL;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}): StoreContext {
  return {
    baseUrl: options.baseUrl,
    fetch: (url, request) => fetch(url, request),
    caches: browserCaches(),
    crypto: globalThis.crypto,
    memory: sessionMemory,
    signal: options.signal ?? new AbortController().signal,
    onProgress: options.onProgress ?? (() => {}),
  };
}

/** @throws job/cancelled when the signal was aborted. */
export function throwIfCancelled(context: Pick<StoreContext, "signal">): void {
  if (context.signal.aborted) throw new XaiError("job/cancelled", {});
}

function browserCaches(): CachesLike | undefined {
  try {
    // Undefined on insecure pages; in a sandboxed frame already the reading of it throws.
    return globalThis.caches as CacheStorage | undefined;
  } catch {
    return undefined;
  }
}
