// Keeps the address of the page and what it shows the same, in both directions.
import { awaitedModel, awaitedPicture } from "./state/link-state.ts";
import type { AppStore } from "./state/store.ts";
import { currentView } from "./url/current-view.ts";
import { encodeView } from "./url.ts";

/** What of a window is needed here. */
export type AddressWindow = Pick<Window, "location" | "history" | "addEventListener">;

/** In milliseconds. Safari refuses more than a hundred changes in half a minute. */
const pause = 400;

/**
 * Opens the view that the address names, then writes every change of the view into it, without a new entry in the
 * history. While a link waits for a file the address stays as it was, so that the page can be loaded again.
 */
export function followAddress(page: AddressWindow, store: AppStore): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let written = fragmentOf(page);

  function write(): void {
    clearTimeout(timer);
    timer = undefined;
    const state = store.getState();
    // Only now, when the models have had the cores for themselves; its answer comes back here.
    void state.namePicture();
    const view = currentView(state);
    if (view === null || awaitedPicture(state) !== null || awaitedModel(state) !== null) return;
    const fragment = encodeView(view);
    if (fragment === written) return;
    written = fragment;
    try {
      page.history.replaceState(page.history.state, "", `#${fragment}`);
    } catch {
      // Too many changes or too long an address for this browser: the share dialog still has the link.
    }
  }

  void store.getState().openLink(written);
  store.subscribe((state) => {
    state.compareWithSession();
    timer ??= setTimeout(write, pause);
  });
  page.addEventListener("hashchange", () => {
    const fragment = fragmentOf(page);
    if (fragment === written) return;
    written = fragment;
    void store.getState().openLink(fragment);
  });
  // What changed last must not be lost when the page is loaded again at once.
  page.addEventListener("pagehide", write);
}

function fragmentOf({ location }: AddressWindow): string {
  return location.hash.slice(1);
}
