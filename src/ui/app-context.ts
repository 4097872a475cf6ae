// The way from components to the store.
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { AppState } from "./state/app-state.ts";
import type { AppStore } from "./state/store.ts";

/** The store itself, and as components that render hear of it. */
export interface AppStores {
  readonly store: AppStore;
  readonly calm: AppStore;
}

export const AppContext = createContext<AppStores | null>(null);

/** For actions, and for what follows the state without rendering. */
export function useAppStore(): AppStore {
  return useStores().store;
}

/** One value of the state; the component renders again when it changes, see `calmStore`. */
export function useApp<Value>(select: (state: AppState) => Value): Value {
  return useStore(useStores().calm, select);
}

/** Several values at once, compared one by one. */
export function useAppParts<Parts extends object>(select: (state: AppState) => Parts): Parts {
  return useStore(useStores().calm, useShallow(select));
}

function useStores(): AppStores {
  const stores = useContext(AppContext);
  if (stores === null) throw new Error("AppContext has no store");
  return stores;
}
