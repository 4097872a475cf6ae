// Summaries of repeated measurements.

/** The value below which `share` (0..1) of the values lie, interpolated between neighbours. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
