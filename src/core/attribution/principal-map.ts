// The first principal component of a feature map over its cells.
import { leadingEigenvector } from "./leading-eigenvector.ts";
import type { RawMap } from "./method.ts";
import type { FeatureTensors } from "./tensors.ts";

/**
 * `M v_1`, where M is `[h*w,C]` with every channel's mean taken off, and `v_1` its first right singular vector.
 *
 * A singular vector has no sign of its own: here its entries sum to at least 0, so the map is positive where the
 * channels together are larger than on average.
 * @param values `[C,h,w]`
 * @returns `[h*w]`, whose sum is 0; all zero where no channel varies.
 */
export function principalMap(
  values: FeatureTensors["activation"],
  { channels, rows, columns }: Pick<FeatureTensors, "channels" | "rows" | "columns">,
): RawMap {
  const cells = rows * columns;
  const matrix = centred(values, channels, cells);
  const overChannels = (map: Float64Array) => channelsOf(matrix, map, channels);
  const overCells = (weights: Float64Array) => cellsOf(matrix, weights, cells);
  // Whichever side is smaller: both products have the same eigenvalues.
  const weights =
    channels < cells
      ? leadingEigenvector((vector) => overChannels(overCells(vector)), channels)
      : overChannels(leadingEigenvector((vector) => overCells(overChannels(vector)), cells));
  let sum = 0;
  let square = 0;
  for (const weight of weights) {
    sum += weight;
    square += weight * weight;
  }
  if (square === 0) return new Float64Array(cells);
  const scale = (sum < 0 ? -1 : 1) / Math.sqrt(square);
  return overCells(weights).map((value) => value * scale);
}

/** `[C,h*w]` with every channel's mean taken off. */
function centred(values: FeatureTensors["activation"], channels: number, cells: number): Float64Array {
  const matrix = Float64Array.from(values);
  for (let channel = 0; channel < channels; channel++) {
    const row = matrix.subarray(channel * cells, (channel + 1) * cells);
    let sum = 0;
    for (let i = 0; i < cells; i++) sum += row[i];
    for (let i = 0; i < cells; i++) row[i] -= sum / cells;
  }
  return matrix;
}

/** What each channel has in common with a map, `[C]`. */
function channelsOf(matrix: Float64Array, map: Float64Array, channels: number): Float64Array<ArrayBuffer> {
  const result = new Float64Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * map.length;
    let sum = 0;
    for (let i = 0; i < map.length; i++) sum += matrix[start + i] * map[i];
    result[channel] = sum;
  }
  return result;
}

/** The channels' weighted sum, `[h*w]`. */
function cellsOf(matrix: Float64Array, weights: Float64Array, cells: number): Float64Array<ArrayBuffer> {
  const map = new Float64Array(cells);
  for (let channel = 0; channel < weights.length; channel++) {
    const start = channel * cells;
    for (let i = 0; i < cells; i++) map[i] += weights[channel] * matrix[start + i];
  }
  return map;
}
