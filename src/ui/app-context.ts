// The way from components to the store.
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { AppState } from "./state/app-state.ts";
import type { AppStore } from "./state/store.ts";

export const AppContext = createContext<AppStore | null>(null);

export function useAppStore(): AppStore {
  const store = useContext(AppContext);
  if (store === null) throw new Error("AppContext has no store");
  return store;
}

/** One value of the state; the component renders again when it changes. */
export function useApp<Value>(select: (state: AppState) => Value): Value {
  return useStore(useAppStore(), select);
}

/** Several values at once, compared one by one. */
export function useAppParts<Parts extends object>(select: (state: AppState) => Parts): Parts {
  return useStore(useAppStore(), useShallow(select));
}
