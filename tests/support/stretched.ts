// Maps as several authors give them out; of a map that is zero everywhere both make NaN, as the authors do.

/** Divided by the largest value. */
export function dividedByMaximum(map: ArrayLike<number>): Float64Array {
  let largest = 0;
  for (let i = 0; i < map.length; i++) largest = Math.max(largest, map[i]!);
  return Float64Array.from(map, (value) => value / largest);
}

/**
 * From its smallest value to its largest as 0..1.
 * @param shift what pytorch-grad-cam adds to the divisor.
 */
export function stretched(map: ArrayLike<number>, shift = 0): Float64Array {
  let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < map.length; i++) {
    smallest = Math.min(smallest, map[i]!);
    largest = Math.max(largest, map[i]!);
  }
  return Float64Array.from(map, (value) => (value - smallest) / (largest - smallest + shift));
}
