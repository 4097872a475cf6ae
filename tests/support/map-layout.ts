// Feature maps with their axes in one order, whatever order the graph or PyTorch keeps them in.
import type { FeatureMap } from "../../src/core/anatomy/anatomy.ts";
import type { FeatureTensors } from "../../src/core/attribution/tensors.ts";

export interface ShapedNumbers {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** `[C,h,w]`, told from where the anatomy says that channels and cells lie. */
export function channelsFirst({ data, shape }: ShapedNumbers, map: FeatureMap): Float64Array {
  const { places, channelAxis } = map;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const { rows, columns } = gridOf(map, shape);
  const cellAt = (row: number, column: number) =>
    places.kind === "map"
      ? row * strides[places.rows]! + column * strides[places.columns]!
      : (places.first + row * columns + column) * strides[places.axis]!;
  const cells = rows * columns;
  return Float64Array.from({ length: shape[channelAxis]! * cells }, (_, at) => {
    const [channel, cell] = [Math.floor(at / cells), at % cells];
    return data[channel * strides[channelAxis]! + cellAt(Math.floor(cell / columns), cell % columns)]!;
  });
}

/** Activation and gradient of a map as methods are given them. */
export function featureTensors(
  map: FeatureMap,
  activation: ShapedNumbers,
  gradient: ShapedNumbers,
): FeatureTensors {
  return {
    activation: channelsFirst(activation, map),
    gradient: channelsFirst(gradient, map),
    channels: activation.shape[map.channelAxis]!,
    ...gridOf(map, activation.shape),
  };
}

/** PyTorch's `[1,C,h,w]`, or `[1,h,w,C]` where channels come last, as `[C,h,w]`; null for other shapes. */
export function witnessChannelsFirst(
  { data, shape }: ShapedNumbers,
  { channels, rows, columns }: FeatureTensors,
): Float64Array | null {
  const numbers = Float64Array.from(data);
  if (String(shape) === String([1, channels, rows, columns])) return numbers;
  if (String(shape) !== String([1, rows, columns, channels])) return null;
  const cells = rows * columns;
  return numbers.map((_, at) => numbers[(at % cells) * channels + Math.floor(at / cells)]!);
}

function gridOf({ places }: FeatureMap, shape: readonly number[]) {
  if (places.kind === "tokens") return places.grid;
  return { rows: shape[places.rows]!, columns: shape[places.columns]! };
}
