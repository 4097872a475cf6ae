// How the map is drawn over the picture; nothing here asks the engine for anything.
import type { ViewSlice } from "./app-state.ts";
import type { SliceContext } from "./slice-context.ts";
import { defaultView } from "./view-defaults.ts";

export function createViewSlice({ set }: SliceContext): ViewSlice {
  return { ...defaultView, setView: (change) => set(change) };
}
