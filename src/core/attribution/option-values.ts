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
 * @throws attribution/bad-option for a layer that the model does not have.
 */
export function layerIndex(option: string, value: number, layers: number): number {
  checkRange(option, value, -layers, layers - 1);
  if (!Number.isInteger(value))
    throw new XaiError("attribution/bad-option", { option, reason: `${value} is between two layers` });
  return value < 0 ? layers + value : value;
}

/**
 * How many of an attention map's entries are discarded, `floor(N^2 * ratio)`.
 * @throws attribution/bad-option for a ratio outside 0..1.
 */
export function discardCount(discardRatio: number, tokens: number): number {
  checkRange("discardRatio", discardRatio, 0, 1);
  return Math.floor(tokens * tokens * discardRatio);
}
