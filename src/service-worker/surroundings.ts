// What the service worker needs from its surroundings, so that the same code runs in a browser and in a test.
import { type AppBuild, digestDigits } from "./app-build.ts";

/** The part of a `Cache` that is used. */
export interface CacheLike {
  match(address: string): Promise<Response | undefined>;
  put(address: string, response: Response): Promise<void>;
  keys(): Promise<readonly { readonly url: string }[]>;
}

/** The part of `CacheStorage` that is used. */
export interface CachesLike {
  open(name: string): Promise<CacheLike>;
  /** In the order of their making. */
  keys(): Promise<string[]>;
  delete(name: string): Promise<boolean>;
}

/** Everything outside that is touched. */
export interface Surroundings {
  readonly build: AppBuild;
  /** Address of the app's folder; ends with a slash. */
  readonly scope: URL;
  readonly caches: CachesLike;
  readonly fetch: (address: string, request: RequestInit) => Promise<Response>;
  /** Lower-case hex, `digestDigits` long. */
  readonly digest: (bytes: ArrayBuffer) => Promise<string>;
}

/** The digest that the build lists, by Web Crypto, which every service worker has. */
export async function digestOf(bytes: ArrayBuffer): Promise<string> {
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(sha256, (byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .slice(0, digestDigits);
}
