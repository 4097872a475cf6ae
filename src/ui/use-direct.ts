// Elements that follow the store by themselves, in the same turn in which it changes: no rendering stands between.
import { type RefCallback, useCallback, useLayoutEffect, useRef } from "react";
import { shallow } from "zustand/vanilla/shallow";
import { useAppStore } from "./app-context.ts";
import type { AppState } from "./state/app-state.ts";

/**
 * Applies what is selected to an element, when it appears and whenever the selection changes.
 * @param select one value, or an object of values that are compared one by one.
 * @returns the element's `ref`.
 */
export function useDirect<Target extends Element, Value>(
  select: (state: AppState) => Value,
  apply: (element: Target, value: Value) => void,
): RefCallback<Target> {
  const store = useAppStore();
  const newest = useRef({ select, apply });
  useLayoutEffect(() => {
    newest.current = { select, apply };
  });
  return useCallback(
    (element: Target) => {
      let applied = newest.current.select(store.getState());
      newest.current.apply(element, applied);
      return store.subscribe((state) => {
        const value = newest.current.select(state);
        if (isSame(value, applied)) return;
        applied = value;
        newest.current.apply(element, value);
      });
    },
    [store],
  );
}

/** Values of the browser's own classes, such as bitmaps, have nothing to compare one by one: they are who they are. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  const isPlain = typeof a === "object" && a !== null && Object.getPrototypeOf(a) === Object.prototype;
  return isPlain && shallow(a, b);
}
