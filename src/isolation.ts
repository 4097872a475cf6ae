// Makes the page cross-origin isolated on hosts that send no headers, so that WASM threads work there too.

/** `reloading`: this page is about to be replaced by an isolated one, so starting anything in it is wasted. */
export type Isolation = "isolated" | "reloading" | "not-isolated";

const reloadMark = "patchlight:isolation-reload";
const patienceMilliseconds = 4000;

/**
 * Called once at the start. On a host without the headers it registers a service worker that adds them, and reloads once.
 * Where that does not help (no service workers, a frame of a page that is not isolated) the app goes on with one thread:
 * after one reload there is never a second.
 */
export async function ensureIsolation(): Promise<Isolation> {
  if (globalThis.crossOriginIsolated) {
    forgetReload();
    return "isolated";
  }
  if (!import.meta.env.PROD || !globalThis.isSecureContext || !("serviceWorker" in navigator))
    return "not-isolated";
  // If the worker answered for this very page, its headers were there and were not enough.
  const headersWereThere = navigator.serviceWorker.controller !== null;
  if (headersWereThere || !(await workerIsReady()) || !rememberReload()) return "not-isolated";
  globalThis.location.reload();
  return "reloading";
}

async function workerIsReady(): Promise<boolean> {
  const tooLate = new Promise<false>((resolve) => setTimeout(resolve, patienceMilliseconds, false));
  return Promise.race([startWorker(), tooLate]);
}

async function startWorker(): Promise<boolean> {
  try {
    await navigator.serviceWorker.register(new URL("isolation-worker.js", document.baseURI));
    await navigator.serviceWorker.ready;
    return true;
  } catch {
    // Blocked by the user's settings, or the host serves something else at that address.
    return false;
  }
}

/** Notes that this tab reloads. @returns whether it had not done so before. */
function rememberReload(): boolean {
  try {
    if (sessionStorage.getItem(reloadMark) !== null) return false;
    sessionStorage.setItem(reloadMark, "1");
    return true;
  } catch {
    // Without storage the browser itself remembers: a page that is a reload already is not reloaded again.
    const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    return navigation !== undefined && navigation.type !== "reload";
  }
}

/** A later visit in this tab (a forced reload passes by the worker) may reload once again. */
function forgetReload(): void {
  try {
    sessionStorage.removeItem(reloadMark);
  } catch {
    // Nothing was noted where there is no storage.
  }
}
