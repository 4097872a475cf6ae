// Answers the page's requests: files of this build from the cache, or from the network and then kept.
import { type AppFile, hashedFolder } from "./app-build.ts";
import { openOthers, openOwn } from "./app-caches.ts";
import { isolated } from "./isolated.ts";
import { addressOf, fetchFile, keepResponse } from "./kept-app.ts";
import type { CacheLike, Surroundings } from "./surroundings.ts";

/** The part of a `Request` that decides. */
export type Asked = Pick<Request, "method" | "url" | "headers">;

/** Keeps the service worker alive until a promise is settled. */
export type StayAwake = (work: Promise<unknown>) => void;

/**
 * The answer, or `undefined` for what is not the app's own and goes to the network as it is: models, which have a store of
 * their own, other hosts, and whatever else lies in the folder.
 */
export function answer(
  asked: Asked,
  surroundings: Surroundings,
  stayAwake: StayAwake,
): Promise<Response> | undefined {
  if (asked.method !== "GET" || asked.headers.has("range")) return undefined;
  const path = pathBelow(surroundings.scope, asked.url);
  if (path === undefined) return undefined;
  const wanted = path === "" ? "index.html" : path;
  const file = surroundings.build.files.find((candidate) => candidate.path === wanted);
  if (file !== undefined) return answerWith(file, asked, surroundings, stayAwake);
  return path.startsWith(hashedFolder) ? answerOlder(asked, surroundings) : undefined;
}

async function answerWith(
  file: AppFile,
  asked: Asked,
  surroundings: Surroundings,
  stayAwake: StayAwake,
): Promise<Response> {
  const cache = await openOwn(surroundings).catch(() => undefined);
  const kept = await cache?.match(addressOf(file, surroundings));
  if (kept !== undefined) return isolated(kept);
  try {
    // The address that was asked for: some hosts serve the page only at its folder, others only under its name.
    const response = await fetchFile(asked.url, file, surroundings);
    if (response.ok && cache !== undefined)
      stayAwake(keepResponse(file, response.clone(), cache, surroundings));
    return isolated(response);
  } catch (error) {
    const older = await findOlder(addressOf(file, surroundings), surroundings);
    if (older !== undefined) return isolated(older);
    throw error;
  }
}

/** A page that still runs on an earlier build asks for parts that the host may have deleted. */
async function answerOlder(asked: Asked, surroundings: Surroundings): Promise<Response> {
  const older = await findOlder(asked.url, surroundings);
  return isolated(older ?? (await surroundings.fetch(asked.url, {})));
}

async function findOlder(address: string, surroundings: Surroundings): Promise<Response | undefined> {
  const caches = await openOthers(surroundings).catch((): readonly CacheLike[] => []);
  for (const cache of caches) {
    const kept = await cache.match(address);
    if (kept !== undefined) return kept;
  }
  return undefined;
}

/** The path below the app's folder, decoded, without query and fragment; `undefined` outside of it. */
function pathBelow(scope: URL, address: string): string | undefined {
  const { origin, pathname } = new URL(address);
  if (origin !== scope.origin || !pathname.startsWith(scope.pathname)) return undefined;
  try {
    return decodeURIComponent(pathname.slice(scope.pathname.length));
  } catch {
    // Not a name that a file of ours could have.
    return undefined;
  }
}
