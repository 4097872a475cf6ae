// What the page shows now, as a session file.
import { appName } from "../../../core/version.ts";
import { digestOf } from "../../fingerprint.ts";
import { safeName, writeSession } from "../../session/write-session.ts";
import type { AppState } from "../../state/app-state.ts";
import { currentView } from "../../url/current-view.ts";
import { encodeView } from "../../url.ts";
import type { ExportFile } from "../export/export-files.ts";
import { linkTo } from "../export/export-source.ts";
import { panelsOf } from "../export/panels-of.ts";

/** `null` while there is no picture. */
export async function sessionOf(getState: () => AppState): Promise<ExportFile | null> {
  const { shown } = getState();
  if (shown === null) return null;
  const { title, blob, sample } = shown.picture;
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const sha256 = await digestOf(bytes);
  await getState().namePicture();
  const state = getState();
  const view = currentView(state);
  if (view === null || state.shown?.picture !== shown.picture) return null;
  const contents = {
    // The picture is in the file, so a copy within the view would be one too many.
    view: sample === undefined ? { ...view, picture: { kind: "file", title, sha256 } as const } : view,
    picture: { title, bytes, sha256 },
    panels: panelsOf(state, sha256),
    stamp: { app: appName, created: new Date().toISOString(), link: linkTo(encodeView(view)) },
  };
  const name = `${safeName(title.replace(/\.\w{1,5}$/, ""))}.patchlight.zip`;
  return { name, blob: new Blob([await writeSession(contents)], { type: "application/zip" }) };
}
