// Keys for the exports that are wanted most: Ctrl+Shift+E saves the picture, Ctrl+Alt+E the figure.
import { toXaiError } from "../../../core/errors.ts";
import { describeError } from "../../describe-error.ts";
import { fill } from "../../fill.ts";
import type { AppStore } from "../../state/store.ts";
import { strings } from "../../strings.ts";

type Wish = "png" | "svg";

/** Wires the keys; in text fields they are left to the browser. */
export function listenToExportKeys(page: Document, store: AppStore): void {
  page.addEventListener("keydown", (event) => {
    const wish = wishOf(event);
    if (wish === null || isText(event.target)) return;
    event.preventDefault();
    void exportAtOnce(wish, store);
  });
}

function wishOf({ code, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): Wish | null {
  // By the key's place: with Alt it writes another letter on some keyboards.
  if (code !== "KeyE" || !(ctrlKey || metaKey) || shiftKey === altKey) return null;
  return shiftKey ? "png" : "svg";
}

function isText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("input[type=text], input[type=search], textarea") !== null
  );
}

async function exportAtOnce(wish: Wish, store: AppStore): Promise<void> {
  const { notify, announce } = store.getState();
  try {
    const { exportNow } = await import("./export-now.ts");
    const name = await exportNow(wish, store);
    if (name === null) notify(strings.export.nothing);
    else announce(fill(strings.export.saved, { name }));
  } catch (error) {
    notify(describeError(toXaiError(error)).what);
  }
}
