// A host with the files of an app on it, and the caches of a browser, as a service worker meets them.
import { createHash } from "node:crypto";
import { type AppBuild, type AppFile, digestDigits } from "../../src/service-worker/app-build.ts";
import { type CacheLike, digestOf, type Surroundings } from "../../src/service-worker/surroundings.ts";

/** Where the app lies on the host. */
export const scope = new URL("https://host.test/some/app/");

/** Contents by path below the app's folder, and what was asked for. */
export interface AppHost {
  readonly files: Map<string, string>;
  /** In order: the path, and the cache mode it was asked with. */
  readonly requests: { readonly path: string; readonly cache: string | undefined }[];
  /** Without a network every request fails. */
  online: boolean;
}

/** A host that serves these files; its folder serves `index.html`. */
export function appHost(files: Readonly<Record<string, string>>): AppHost {
  return { files: new Map(Object.entries(files)), requests: [], online: true };
}

/** The list that a bundler makes of these files. @param onceUsed paths that are not kept at once. */
export function buildOf(files: Readonly<Record<string, string>>, onceUsed: readonly string[] = []): AppBuild {
  const listed = Object.entries(files).map(([path, content]): AppFile => {
    const digest = createHash("sha256").update(content).digest("hex").slice(0, digestDigits);
    return { path, digest, kept: onceUsed.includes(path) ? "once-used" : "at-once" };
  });
  return { version: createHash("sha256").update(JSON.stringify(listed)).digest("hex"), files: listed };
}

/** Caches that outlive builds, as a browser's do. @param full refuses every new entry. */
export function memoryCaches(full = false): Surroundings["caches"] & { readonly names: () => string[] } {
  const caches = new Map<string, Map<string, Response>>();
  const open = async (name: string): Promise<CacheLike> => {
    const entries = caches.get(name) ?? new Map<string, Response>();
    caches.set(name, entries);
    return {
      match: async (address) => entries.get(address)?.clone(),
      put: async (address, response) => {
        if (full) throw new DOMException("no room", "QuotaExceededError");
        entries.set(address, response);
      },
      keys: async () => Array.from(entries.keys(), (url) => ({ url })),
    };
  };
  const names = () => [...caches.keys()];
  return { open, keys: async () => names(), delete: async (name) => caches.delete(name), names };
}

/** A service worker of `build` on `host`, over `caches`. */
export function surroundingsOf(
  build: AppBuild,
  host: AppHost,
  caches: Surroundings["caches"] = memoryCaches(),
): Surroundings {
  return {
    build,
    scope,
    caches,
    fetch: (address, { cache }) => serve(host, address, cache),
    digest: digestOf,
  };
}

/** Paths that a service worker has kept for its build. */
export async function keptBy({ caches, build }: Surroundings): Promise<readonly string[]> {
  const cache = await caches.open(`patchlight-app ${scope.pathname} ${build.version}`);
  return (await cache.keys()).map(({ url }) => url.slice(scope.href.length)).sort();
}

async function serve(host: AppHost, address: string, cache: string | undefined): Promise<Response> {
  if (!host.online) throw new TypeError("Failed to fetch");
  const path = address.slice(scope.href.length);
  host.requests.push({ path, cache });
  const content = host.files.get(path === "" ? "index.html" : path);
  const headers = { "Content-Type": "text/plain", "Content-Encoding": "identity", "X-Host": "kept" };
  return content === undefined
    ? new Response("Not found", { status: 404 })
    : new Response(content, { headers });
}
