// Paints maps that nobody sees while the page has nothing to do, so that the compiler knows the loops before the first.
import { paintMap, scaleOf } from "./heatmap-scale.ts";
import { defaultView } from "./state/view-defaults.ts";

/** A made-up map of the usual size. */
const values = Float32Array.from({ length: 14 * 14 }, (_, index) => Math.abs(Math.sin(index)));
const rehearsals = 40;

/** Leaves out what browsers without idle callbacks would have to do at a bad moment. */
export function warmPainting(): void {
  let left = rehearsals;
  const rehearse = (deadline: IdleDeadline): void => {
    while (left > 0 && deadline.timeRemaining() > 1) {
      left--;
      const scale = scaleOf({ values, signed: false, resolution: "patches" }, defaultView.scaleStart);
      paintMap(values, { rows: 14, columns: 14 }, scale, defaultView);
    }
    if (left > 0) requestIdleCallback(rehearse);
  };
  if (typeof requestIdleCallback === "function") requestIdleCallback(rehearse);
}
