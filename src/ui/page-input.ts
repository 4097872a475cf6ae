// What the page as a whole listens to: files dropped or pasted anywhere, and the overlay key.
import type { AppStore } from "./state/store.ts";

/** Wires the document to the store. */
export function listenToPage(page: Document, store: AppStore): void {
  // Entering a child comes before leaving its parent, so enters and leaves are counted.
  let depth = 0;
  const hover = (change: number) => {
    depth = Math.max(0, depth + change);
    store.getState().setDropHover(depth > 0);
  };

  page.addEventListener("dragenter", (event) => {
    if (carriesFiles(event.dataTransfer)) hover(1);
  });
  page.addEventListener("dragleave", (event) => {
    if (carriesFiles(event.dataTransfer)) hover(-1);
  });
  page.addEventListener("dragover", (event) => {
    if (!carriesFiles(event.dataTransfer)) return;
    // Without this the browser would leave the page and show the file.
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  page.addEventListener("drop", (event) => {
    if (!carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    hover(-depth);
    void store.getState().openFiles([...event.dataTransfer.files]);
  });
  page.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void store.getState().openFiles(files);
  });
  page.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "o" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (takesText(event.target)) return;
    const { overlay, setView } = store.getState();
    setView({ overlay: !overlay });
  });
}

function carriesFiles(transfer: DataTransfer | null): transfer is DataTransfer {
  return transfer?.types.includes("Files") === true;
}

/** Text fields, and lists in which letters search. */
function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role="listbox"], [contenteditable="true"], textarea') !== null) return true;
  return target instanceof HTMLInputElement && !["range", "checkbox", "radio"].includes(target.type);
}
