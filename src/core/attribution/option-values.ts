// Refuses option values that no control offers, and reads those that count from the end.
import { XaiError } from "../errors.ts";

/** @throws attribution/bad-option for a value outside `minimum..maximum`, or none at all. */
export function checkRange(option: string, value: number, minimum: number, maximum: number): void {
  if (value >= minimum && value <= maximum) return;
  throw new XaiError("attribution/bad-option", {
    option,
    reason: `${value} is not in ${minimum}..${maximum}`,
  });
}

/**
 * The layer that an option names, 0..L-1.
 * @param value an integer; a negative one counts from the end, so -1 is the last layer.
 * @param initial what the method's author chose: in a model with too few layers for it, the nearest there is.
 * @throws attribution/bad-option for any other layer that the model does not have.
 */
export function layerIndex(option: string, value: number, layers: number, initial?: number): number {
  const wanted = value === initial ? Math.max(-layers, Math.min(value, layers - 1)) : value;
  checkRange(option, wanted, -layers, layers - 1);
  if (!Number.isInteger(wanted))
    throw new XaiError("attribution/bad-option", { option, reason: `${value} is between two layers` });
  return wanted < 0 ? layers + wanted : wanted;
}

/**
 * Of all layers those from the first to the last that options name.
 * @param initialFirst see `layerIndex`.
 * @throws attribution/bad-option for a layer that the model does not have, or a last one before the first.
 */
export function layersBetween<Layer>(
  layers: readonly Layer[],
  { firstLayer, lastLayer }: { readonly firstLayer: number; readonly lastLayer: number },
  initialFirst?: number,
): readonly Layer[] {
  const first = layerIndex("firstLayer", firstLayer, layers.length, initialFirst);
  const last = layerIndex("lastLayer", lastLayer, layers.length);
  checkRange("lastLayer", last, first, layers.length - 1);
  return layers.slice(first, last + 1);
}

/**
 * How many of an attention map's entries are discarded, `floor(N^2 * ratio)`.
 * @throws attribution/bad-option for a ratio outside 0..1.
 */
export function discardCount(discardRatio: number, tokens: number): number {
  checkRange("discardRatio", discardRatio, 0, 1);
  return Math.floor(tokens * tokens * discardRatio);
}
