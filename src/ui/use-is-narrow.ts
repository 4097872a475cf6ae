// Whether the page is too narrow for three columns; the same limit stands in the style sheets.
import { useSyncExternalStore } from "react";

const query = "(max-width: 899px)";

export function useIsNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

function subscribe(onChange: () => void): () => void {
  const media = matchMedia(query);
  media.addEventListener("change", onChange);
  return () => media.removeEventListener("change", onChange);
}
