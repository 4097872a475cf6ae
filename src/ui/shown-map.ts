// A map as it is shown: the engine's answer, or the difference of two, with what its numbers mean.
import type { Heatmap } from "../bridge/contract.ts";
import type { MethodId } from "../core/attribution/registry.ts";
import { XaiError } from "../core/errors.ts";
import type { MapSubject, MapWish } from "./map-wish.ts";
import { methodById } from "./method-options.ts";

export interface ShownMap extends Heatmap {
  readonly method: MethodId;
  readonly subject: MapSubject;
  readonly resolution: "patches" | "features" | "pixels";
  /** Whether values below zero mean something, so that colours diverge from zero. */
  readonly signed: boolean;
}

/**
 * One map as it is, or two as their difference.
 * @param heatmaps the answers to `wish.requests`, in their order.
 * @throws attribution/empty-map where a map is zero everywhere
 */
export function toShownMap(wish: MapWish, heatmaps: readonly Heatmap[]): ShownMap {
  const [first, second] = heatmaps;
  const { method } = wish.requests[0];
  const { resolution, signed } = methodById(method);
  if (heatmaps.every(({ values }) => isZero(values)))
    throw new XaiError("attribution/empty-map", { reason: "it is zero everywhere" });
  const facts = { method, subject: wish.subject, resolution };
  // What has no negative value needs no colours for it, whatever its method may give elsewhere.
  if (second === undefined) {
    const isSigned = signed && first.values.some((value) => value < 0);
    return { ...first, ...facts, signed: isSigned };
  }
  const values =
    wish.subject.kind === "settings" ? minusInAverages(first, second) : minusInPeaks(first, second);
  const { job, grid } = first;
  const milliseconds = first.milliseconds + second.milliseconds;
  return { job, grid, values, milliseconds, ...facts, signed: true };
}

/** `(a - b) / max(|a|, |b|)` over both maps, so that both keep one scale: -1..1, or more where signs differ. */
function minusInPeaks(first: Heatmap, second: Heatmap): Float32Array<ArrayBuffer> {
  const peak = Math.max(largest(first.values), largest(second.values));
  return first.values.map((value, index) => (value - second.values[index]) / peak);
}

/** `a / mean|a| - b / mean|b|`: how the shares differ, whatever the scales of the two maps are. */
function minusInAverages(first: Heatmap, second: Heatmap): Float32Array<ArrayBuffer> {
  const averageA = averageMagnitude(first.values);
  const averageB = averageMagnitude(second.values);
  return first.values.map((value, index) => value / averageA - second.values[index] / averageB);
}

function largest(values: Float32Array): number {
  let peak = 0;
  for (const value of values) peak = Math.max(peak, Math.abs(value));
  return peak;
}

/** 1 for a map of zeros, whose shares are zeros. */
function averageMagnitude(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += Math.abs(value);
  return sum === 0 ? 1 : sum / values.length;
}

function isZero(values: Float32Array): boolean {
  return values.every((value) => value === 0);
}
