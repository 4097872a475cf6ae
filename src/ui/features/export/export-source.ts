// Gathers what an export is made from, as the page shows it at this moment.
import { appName } from "../../../core/version.ts";
import { fingerprintOf } from "../../fingerprint.ts";
import type { AppState } from "../../state/app-state.ts";
import { currentView } from "../../url/current-view.ts";
import { encodeView } from "../../url.ts";
import type { ExportSource } from "./export-files.ts";
import { drawnPanels } from "./figure-of.ts";
import { panelsOf } from "./panels-of.ts";

/** @returns `null` while there is no map, or not the one that the settings are about. */
export async function exportSource(getState: () => AppState): Promise<ExportSource | null> {
  const { shown } = getState();
  if (shown === null) return null;
  const digest = await fingerprintOf(shown.picture.blob);
  const state = getState();
  const panels = state.shown?.picture === shown.picture ? panelsOf(state, digest) : [];
  if (panels.length === 0) return null;
  const view = currentView(state);
  const link = view === null ? "" : linkTo(encodeView(view));
  return {
    panels,
    drawn: drawnPanels(state),
    stamp: { app: appName, created: new Date().toISOString(), link },
  };
}

/** The address of this page with that fragment. */
export function linkTo(fragment: string): string {
  return `${location.href.replace(/#.*$/s, "")}#${fragment}`;
}
