// The one store: all slices over one engine, which is a parameter so that tests bring their own.
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Engine } from "../../bridge/contract.ts";
import type { AppState } from "./app-state.ts";
import { createExplanationSlice } from "./explanation-slice.ts";
import { createForegroundSlice } from "./foreground-slice.ts";
import { createGallerySlice } from "./gallery-slice.ts";
import { createIntakeSlice } from "./intake-slice.ts";
import { createLinkSlice } from "./link-slice.ts";
import { createModelSlice } from "./model-slice.ts";
import { createNoticeSlice } from "./notice-slice.ts";
import { createPictureSlice } from "./picture-slice.ts";
import { createRuntimeSlice } from "./runtime-slice.ts";
import type { Ports, SliceContext } from "./slice-context.ts";
import { createViewSlice } from "./view-slice.ts";

export type AppStore = StoreApi<AppState>;

/** A store in which nothing has happened yet; `boot()` wakes it up. */
export function createAppStore(engine: Engine, ports: Ports): AppStore {
  let jobs = 0;
  return createStore<AppState>((set, get) => {
    const context: SliceContext = { engine, ports, get, set, nextJob: () => ++jobs };
    return {
      ...createRuntimeSlice(context),
      ...createModelSlice(context),
      ...createPictureSlice(context),
      ...createExplanationSlice(context),
      ...createForegroundSlice(context),
      ...createViewSlice(context),
      ...createGallerySlice(context),
      ...createIntakeSlice(context),
      ...createLinkSlice(context),
      ...createNoticeSlice(context),
    };
  });
}
