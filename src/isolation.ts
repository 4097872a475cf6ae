// Makes the page cross-origin isolated on hosts that send no headers, so that WASM threads work there too.
import { serviceWorkerIsInCharge } from "./service-worker-client.ts";

/** `reloading`: this page is about to be replaced by an isolated one, so starting anything in it is wasted. */
export type Isolation = "isolated" | "reloading" | "not-isolated";

const reloadMark = "patchlight:isolation-reload";
/** A page that was reloaded in vain starts again much sooner than this; a visitor who comes back, later. */
const reloadPauseMilliseconds = 30_000;

/**
 * Called once at the start. The service worker adds the headers that the host does not send, and the page reloads once.
 * Where that does not help (no service workers, a frame of a page that is not isolated) the app goes on with one thread:
 * after one reload there is never a second.
 */
export async function ensureIsolation(): Promise<Isolation> {
  // If the worker answered for this very page, its headers were there and were not enough.
  const headersWereThere = globalThis.navigator.serviceWorker?.controller != null;
  // An isolated page waits too, for a moment: what it loads from here on is then kept for the next visit.
  const inCharge = headersWereThere || (await serviceWorkerIsInCharge());
  if (globalThis.crossOriginIsolated) return "isolated";
  if (headersWereThere || !inCharge || !rememberReload()) return "not-isolated";
  globalThis.location.reload();
  return "reloading";
}

/** Notes that this tab reloads now. @returns whether it had not done so a moment ago. */
function rememberReload(): boolean {
  try {
    // Not simply a flag: Chromium keeps a second session storage for the isolated page, so it could not be taken back there.
    const last = Number(sessionStorage.getItem(reloadMark));
    if (Date.now() - last < reloadPauseMilliseconds) return false;
    sessionStorage.setItem(reloadMark, String(Date.now()));
    return true;
  } catch {
    // Without storage the browser itself remembers: a page that is a reload already is not reloaded again.
    const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    return navigation !== undefined && navigation.type !== "reload";
  }
}
