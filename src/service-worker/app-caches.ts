// The caches of this app's builds: one a build, named so that apps in other folders of the same host are left alone.
import type { CacheLike, Surroundings } from "./surroundings.ts";

/** The cache of the build that this service worker belongs to. */
export function openOwn({ caches, scope, build }: Surroundings): Promise<CacheLike> {
  return caches.open(namesBegin(scope) + build.version);
}

/** The caches of other builds of this app, the newest first. */
export async function openOthers(surroundings: Surroundings): Promise<readonly CacheLike[]> {
  const names = await otherNames(surroundings);
  return Promise.all(names.map((name) => surroundings.caches.open(name)));
}

/**
 * Deletes what other builds have left.
 * @param spared how many of the newest stay, for pages that still run on them.
 */
export async function dropOthers(surroundings: Surroundings, spared: number): Promise<void> {
  const names = await otherNames(surroundings);
  await Promise.all(names.slice(spared).map((name) => surroundings.caches.delete(name)));
}

async function otherNames({ caches, scope, build }: Surroundings): Promise<readonly string[]> {
  const begin = namesBegin(scope);
  const names = (await caches.keys()).filter((name) => name.startsWith(begin));
  return names.filter((name) => name !== begin + build.version).reverse();
}

/** A path in an address has no spaces, so no app's names begin like those of an app in a folder below it. */
function namesBegin(scope: URL): string {
  return `patchlight-app ${scope.pathname} `;
}
