// Which of the page's three layouts there is room for; the same limits stand in the style sheets.
import { useSyncExternalStore } from "react";

/** Too narrow for three columns: one column and tabs. */
export const narrow = "(max-width: 899px)";
/** Three columns, but too narrow for the view's controls beneath the picture. */
export const tight = "(max-width: 1199px)";

/** Whether the media query holds. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (onChange) => {
      const media = matchMedia(query);
      media.addEventListener("change", onChange);
      return () => media.removeEventListener("change", onChange);
    },
    () => matchMedia(query).matches,
  );
}
