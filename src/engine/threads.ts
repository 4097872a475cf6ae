// How many threads WASM gets.

/** More threads than this cost more in waiting than they bring on models of this size. */
const mostThreads = 8;

/**
 * One core is left to the page, unless there are only two: then both workers gain more from the second core than the
 * page loses. Without cross-origin isolation browsers offer no shared memory, hence no threads.
 * @param cores logical cores, as the browser tells them.
 * @param wanted the user's choice, if any.
 */
export function chooseThreads(cores: number, crossOriginIsolated: boolean, wanted?: number): number {
  if (!crossOriginIsolated) return 1;
  const chosen = wanted ?? (cores <= 2 ? cores : Math.min(cores - 1, mostThreads));
  return Math.max(1, Math.trunc(chosen) || 1);
}
