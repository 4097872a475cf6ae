// How a convolution or pooling slides its window: read from a node, in one form for all of them.
import { intsAttribute, textAttribute } from "../onnx/attributes.ts";
import type { Node } from "../onnx/model.ts";
import { elementCount } from "../onnx/tensor-numbers.ts";
import type { GraphBuilder, Ref } from "./graph-builder.ts";

/** One entry per spatial axis in every list. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Sizes of the feature map that the window slides over. */
  readonly sizes: readonly number[];
  /** Number of steps. */
  readonly steps: readonly number[];
  readonly padBefore: readonly number[];
  /** Padding that the node asks for. */
  readonly padAfter: readonly number[];
}

/**
 * @param map what the window slides over, `[B,C,...]`.
 * @param result what comes of it, one element per step.
 */
export function windowsOf(
  node: Node,
  builder: GraphBuilder,
  { map, result, kernel }: { readonly map: Ref; readonly result: Ref; readonly kernel: readonly number[] },
): Windows {
  const sizes = builder.dims(map).slice(2);
  const each = (name: string) => intsAttribute(node, name) ?? sizes.map(() => 1);
  const shape = { kernel, strides: each("strides"), dilations: each("dilations"), sizes };
  return { ...shape, steps: builder.dims(result).slice(2), ...padding(node, shape) };
}

/** Pixels from the window's first step to the end of its last one. */
export function reach({ kernel, strides, dilations, steps }: Windows): readonly number[] {
  return kernel.map((size, axis) => (steps[axis]! - 1) * strides[axis]! + dilations[axis]! * (size - 1) + 1);
}

/**
 * Lays every step's numbers back onto the map and adds them up where windows overlap: a transposed convolution.
 * @param weight `[C, C', kernel]`.
 * @param channels C' times the groups.
 */
export function layBack(
  builder: GraphBuilder,
  x: Ref,
  weight: Ref,
  windows: Windows,
  { channels, group }: { readonly channels: number; readonly group: number },
): Ref {
  const { kernel, strides, dilations, sizes, padBefore, padAfter } = windows;
  // What the last step left over at the end, or, where the number of steps is rounded up, how far it sticks out.
  const left = reach(windows).map((end, axis) => sizes[axis]! + padBefore[axis]! + padAfter[axis]! - end);
  const pads = [...padBefore, ...padAfter.map((pad, axis) => pad + Math.max(-left[axis]!, 0))];
  const output_padding = left.map((pixels) => Math.max(pixels, 0));
  const settings = { kernel_shape: kernel, strides, dilations, pads, output_padding, group };
  return builder.emit("ConvTranspose", [x, weight], settings, {
    dims: [builder.dims(x)[0]!, channels, ...sizes],
    elementType: builder.elementType(x),
  });
}

/** A feature map with every channel for itself, `[B C, 1, ...]`. */
export function singleChannels(builder: GraphBuilder, x: Ref): Ref {
  const [batch, channels, ...sizes] = builder.dims(x) as readonly [number, number, ...number[]];
  return builder.reshape(x, [batch * channels, 1, ...sizes]);
}

/** All places of a window, row-major. */
export function placesOf(kernel: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: elementCount(kernel) }, (_, index) => {
    let rest = index;
    const place = [...kernel];
    for (let axis = kernel.length - 1; axis >= 0; axis--) {
      place[axis] = rest % kernel[axis]!;
      rest = Math.floor(rest / kernel[axis]!);
    }
    return place;
  });
}

/**
 * What lies under the window at every step: `[B C, K, steps]` of a map with single channels, K places row-major.
 * @param outside the number that padding counts as.
 */
export function pixelsOfWindows(builder: GraphBuilder, map: Ref, windows: Windows, outside: number): Ref {
  const { kernel, sizes, strides, dilations, padBefore, steps } = windows;
  const after = reach(windows).map((end, axis) => Math.max(end - padBefore[axis]! - sizes[axis]!, 0));
  const padded = sizes.reduce(
    (part, _, axis) => builder.pad(part, axis + 2, padBefore[axis]!, after[axis]!, outside),
    map,
  );
  const slices = placesOf(kernel).map((place) =>
    place.reduce((part, offset, axis) => {
      const start = offset * dilations[axis]!;
      const end = start + (steps[axis]! - 1) * strides[axis]! + 1;
      return builder.slice(part, axis + 2, start, end, strides[axis]!);
    }, padded),
  );
  return builder.concat(slices, 1);
}

function padding(
  node: Node,
  { sizes, kernel, strides, dilations }: Pick<Windows, "sizes" | "kernel" | "strides" | "dilations">,
): Pick<Windows, "padBefore" | "padAfter"> {
  const auto = textAttribute(node, "auto_pad") ?? "NOTSET";
  const pads = auto === "NOTSET" ? (intsAttribute(node, "pads") ?? []) : [];
  if (!auto.startsWith("SAME")) {
    const rank = sizes.length;
    return {
      padBefore: sizes.map((_, axis) => pads[axis] ?? 0),
      padAfter: sizes.map((_, axis) => pads[axis + rank] ?? 0),
    };
  }
  const totals = sizes.map((size, axis) => {
    const end =
      (Math.ceil(size / strides[axis]!) - 1) * strides[axis]! + dilations[axis]! * (kernel[axis]! - 1) + 1;
    return Math.max(end - size, 0);
  });
  const smaller = totals.map((total) => Math.floor(total / 2));
  const larger = totals.map((total) => Math.ceil(total / 2));
  return auto === "SAME_LOWER"
    ? { padBefore: larger, padAfter: smaller }
    : { padBefore: smaller, padAfter: larger };
}
