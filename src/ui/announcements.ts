// What a screen reader says when results come in, and what a notice says when a worker was replaced.
import type { Classification } from "../bridge/contract.ts";
import type { XaiError } from "../core/errors.ts";
import { describeError } from "./describe-error.ts";
import { fill } from "./fill.ts";
import type { ForegroundReading } from "./foreground-reading.ts";
import { formatPercent, formatRatio, formatShare } from "./format.ts";
import { strings } from "./strings.ts";

export function describeShown({ top }: Classification): string {
  const best = top[0];
  if (best === undefined) return strings.announcements.explained;
  return fill(strings.announcements.classified, {
    label: best.label,
    probability: formatPercent(best.probability),
  });
}

/** A sentence for the readings that end a search; "" for those on the way. */
export function describeReading(reading: ForegroundReading): string {
  if (reading.state === "measured") {
    const { faf, lift } = reading.measures;
    return fill(strings.announcements.measured, { faf: formatShare(faf), lift: formatRatio(lift) });
  }
  if (reading.state === "none-found") return strings.foreground.noneFound;
  if (reading.state === "out-of-view") return strings.foreground.outOfView;
  return "";
}

export function describeRestart(reason: XaiError): string {
  return fill(strings.notices.restarted, { reason: describeError(reason).what });
}
