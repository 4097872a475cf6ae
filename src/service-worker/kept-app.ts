// Keeps the files of a build, each only if its bytes are the build's: a host in the middle of an update mixes two builds.
import { type AppFile, roleOf } from "./app-build.ts";
import { openOthers, openOwn } from "./app-caches.ts";
import { plainHeaders } from "./isolated.ts";
import type { CacheLike, Surroundings } from "./surroundings.ts";

/** So many files are fetched at once; more would only crowd out what the page itself is waiting for. */
const atOnce = 4;

/** How an attempt to keep a file ended: `unfit` is no answer, or the bytes of another build; `no-room` a full storage. */
type Outcome = "kept" | "unfit" | "no-room";

/** A file that could not be kept, and why. */
export interface Miss {
  readonly path: string;
  readonly why: Exclude<Outcome, "kept">;
}

/**
 * Keeps what the page needs to start without a network, and what it has used in an earlier build.
 * Files that did not change are taken over from there.
 */
export async function keepApp(surroundings: Surroundings): Promise<readonly Miss[]> {
  const own = await openOwn(surroundings);
  const others = await openOthers(surroundings);
  const rolesInUse = await rolesKept(others, surroundings);
  const wanted = surroundings.build.files.filter(
    ({ kept, path }) => kept === "at-once" || rolesInUse.has(roleOf(path)),
  );
  const missed: Miss[] = [];
  const queue = [...wanted];
  const work = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const why = await keepOne(file, own, others, surroundings);
      if (why !== "kept") missed.push({ path: file.path, why });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return missed;
}

/** Keeps a response if it is the build's file. */
export async function keepResponse(
  file: AppFile,
  response: Response,
  cache: CacheLike,
  surroundings: Surroundings,
): Promise<Outcome> {
  // A body that breaks off cannot be read.
  const bytes = await response.arrayBuffer().catch(() => undefined);
  if (bytes === undefined || (await surroundings.digest(bytes)) !== file.digest) return "unfit";
  const kept = new Response(bytes, { headers: plainHeaders(response) });
  return cache.put(addressOf(file, surroundings), kept).then(
    () => "kept" as const,
    () => "no-room" as const,
  );
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
): Promise<Outcome> {
  const address = addressOf(file, surroundings);
  if ((await own.match(address)) !== undefined) return "kept";
  for (const other of others) {
    const older = await other.match(address);
    const outcome = older && (await keepResponse(file, older, own, surroundings));
    if (outcome === "kept" || outcome === "no-room") return outcome;
  }
  for (const place of placesOf(file, surroundings)) {
    const response = await fetchFile(place, file, surroundings).catch(() => undefined);
    if (response?.ok !== true) continue;
    const outcome = await keepResponse(file, response, own, surroundings);
    if (outcome !== "unfit") return outcome;
  }
  return "unfit";
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
