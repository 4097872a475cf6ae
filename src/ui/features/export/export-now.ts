// The exports behind the keys, without the dialog.
import { saveFile } from "../../components/save-file.ts";
import type { AppStore } from "../../state/store.ts";
import { captionOf } from "./caption.ts";
import { pngFile, svgFile } from "./export-files.ts";
import { exportSource } from "./export-source.ts";

/** How the picture looks unless the dialog is asked. */
export const usualPicture = { scale: 2, legend: true } as const;

/** @returns the name of the saved file; `null` where there is nothing to export. */
export async function exportNow(wish: "png" | "svg", store: AppStore): Promise<string | null> {
  const source = await exportSource(store.getState);
  if (source === null) return null;
  const file =
    wish === "png" ? await pngFile(source, usualPicture) : svgFile(source, captionOf(source.panels));
  saveFile(file);
  return file.name;
}
