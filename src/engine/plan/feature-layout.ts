// Brings values of a graph, however their axes are ordered, into the layouts that methods read.
import type { SizedMap } from "./network.ts";

/** Numbers with the shape that the runtime gave them. */
export interface ShapedValues {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/**
 * A feature map as `[C,h,w]`; tokens that are no patches are left out.
 * @param map where channels and cells lie in the value.
 */
export function channelsFirst({ data, dims }: ShapedValues, map: SizedMap): Float32Array {
  const { places, channelAxis, channels, grid } = map;
  const strides = stridesOf(dims);
  const [down, across, first] =
    places.kind === "map"
      ? [strides[places.rows], strides[places.columns], 0]
      : [strides[places.axis] * grid.columns, strides[places.axis], strides[places.axis] * places.first];
  const result = new Float32Array(channels * grid.rows * grid.columns);
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < grid.rows; row++) {
      let from = first + channel * strides[channelAxis] + row * down;
      for (let column = 0; column < grid.columns; column++, from += across) result[at++] = data[from];
    }
  }
  return result;
}

/**
 * Tokens as `[N,D]`.
 * @param tokenAxis the axis of N; of the others only one is longer than 1.
 */
export function tokensFirst({ data, dims }: ShapedValues, tokenAxis: number): Float32Array {
  const isBehind = dims.slice(tokenAxis + 1).some((size) => size > 1);
  if (isBehind || data.length === dims[tokenAxis]) return data;
  const tokens = dims[tokenAxis];
  const width = data.length / tokens;
  return Float32Array.from(data, (_, index) => data[(index % width) * tokens + Math.floor(index / width)]);
}

function stridesOf(dims: readonly number[]): readonly number[] {
  const strides = new Array<number>(dims.length).fill(1);
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * dims[axis + 1];
  return strides;
}
