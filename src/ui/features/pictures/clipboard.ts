// The paste button, for those without a keyboard.
import type { AppStore } from "../../state/store.ts";
import { strings } from "../../strings.ts";

/** Opens the picture on the clipboard, or says that there is none; browsers ask the user first. */
export async function pasteFromClipboard(store: AppStore): Promise<void> {
  const { openFiles, notify } = store.getState();
  const files = await readPictures().catch(() => []);
  if (files.length === 0) notify(strings.pictures.nothingToPaste);
  else await openFiles(files);
}

async function readPictures(): Promise<File[]> {
  const files: File[] = [];
  for (const item of await navigator.clipboard.read()) {
    const type = item.types.find((candidate) => candidate.startsWith("image/"));
    if (type !== undefined) files.push(new File([await item.getType(type)], "", { type }));
  }
  // A clipboard can hold one picture in several items.
  return files.slice(0, 1);
}
