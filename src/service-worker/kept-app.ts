// Keeps the files of a build, each only if its bytes are the build's: a host in the middle of an update mixes two builds.
import { type AppFile, roleOf } from "./app-build.ts";
import { openOthers, openOwn } from "./app-caches.ts";
import { plainHeaders } from "./isolated.ts";
import type { CacheLike, Surroundings } from "./surroundings.ts";

/** So many files are fetched at once; more would only crowd out what the page itself is waiting for. */
const atOnce = 4;

/**
 * Keeps what the page needs to start without a network, and what it has used in an earlier build.
 * Files that did not change are taken over from there.
 * @returns the paths that could not be kept.
 */
export async function keepApp(surroundings: Surroundings): Promise<readonly string[]> {
  const own = await openOwn(surroundings);
  const others = await openOthers(surroundings);
  const rolesInUse = await rolesKept(others, surroundings);
  const wanted = surroundings.build.files.filter(
    ({ kept, path }) => kept === "at-once" || rolesInUse.has(roleOf(path)),
  );
  const missed: string[] = [];
  const queue = [...wanted];
  const work = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift())
      if (!(await keepOne(file, own, others, surroundings))) missed.push(file.path);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return missed;
}

/** Keeps a response that has just been fetched. @returns whether it was the build's file and could be stored. */
export async function keepResponse(
  file: AppFile,
  response: Response,
  cache: CacheLike,
  surroundings: Surroundings,
): Promise<boolean> {
  try {
    const bytes = await response.arrayBuffer();
    if ((await surroundings.digest(bytes)) !== file.digest) return false;
    await cache.put(addressOf(file, surroundings), new Response(bytes, { headers: plainHeaders(response) }));
    return true;
  } catch {
    // Cancelled, or the storage is full: the file still works from the network.
    return false;
  }
}

/** Where a file is kept, and fetched from. */
export function addressOf({ path }: AppFile, { scope }: Surroundings): string {
  return new URL(path.split("/").map(encodeURIComponent).join("/"), scope).href;
}

/** Fetches a file, past any outdated copy. @throws TypeError when the network fails */
export function fetchFile(address: string, file: AppFile, surroundings: Surroundings): Promise<Response> {
  // A name with a hash in it never stands for other bytes; any other name must be asked for anew.
  const cache = roleOf(file.path) === file.path ? "no-cache" : "default";
  return surroundings.fetch(address, { cache });
}

async function keepOne(
  file: AppFile,
  own: CacheLike,
  others: readonly CacheLike[],
  surroundings: Surroundings,
): Promise<boolean> {
  const address = addressOf(file, surroundings);
  if ((await own.match(address)) !== undefined) return true;
  for (const other of others) {
    const kept = await other.match(address);
    if (kept !== undefined && (await keepResponse(file, kept, own, surroundings))) return true;
  }
  for (const place of placesOf(file, surroundings)) {
    const response = await fetchFile(place, file, surroundings).catch(() => undefined);
    if (response?.ok === true && (await keepResponse(file, response, own, surroundings))) return true;
  }
  return false;
}

/** Some hosts serve the page only at its folder, others only under its name. */
function placesOf(file: AppFile, surroundings: Surroundings): readonly string[] {
  const address = addressOf(file, surroundings);
  return file.path === "index.html" ? [surroundings.scope.href, address] : [address];
}

/** The roles of all files in these caches, whatever hashes their names have. */
async function rolesKept(
  caches: readonly CacheLike[],
  { scope }: Surroundings,
): Promise<ReadonlySet<string>> {
  const keys = await Promise.all(caches.map((cache) => cache.keys()));
  return new Set(keys.flat().map(({ url }) => roleOf(decodeURIComponent(url.slice(scope.href.length)))));
}
