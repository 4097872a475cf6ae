// Convolutions and pooling over any number of spatial axes.
import { intAttribute, intsAttribute, textAttribute } from "../../../src/core/onnx/attributes.ts";
import {
  countOf,
  element,
  fill,
  type Kernel,
  type KernelInput,
  type KernelTable,
  makeValues,
  required,
  stridesOf,
  type Values,
} from "./kernel.ts";

interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Before all axes, then after all axes. */
  readonly pads: readonly number[];
}

function windowOf({ node }: KernelInput, kernel: readonly number[]): Window {
  if ((textAttribute(node, "auto_pad") ?? "NOTSET") !== "NOTSET") throw new Error("evaluate: auto_pad");
  const each = (name: string, otherwise: number) => intsAttribute(node, name) ?? kernel.map(() => otherwise);
  const pads = intsAttribute(node, "pads") ?? [...kernel, ...kernel].map(() => 0);
  return { kernel, strides: each("strides", 1), dilations: each("dilations", 1), pads };
}

function steps(
  sizes: readonly number[],
  { kernel, strides, dilations, pads }: Window,
  rounds = Math.floor,
): readonly number[] {
  return sizes.map((size, axis) => {
    const padded = size + pads[axis]! + pads[axis + sizes.length]!;
    return rounds((padded - dilations[axis]! * (kernel[axis]! - 1) - 1) / strides[axis]!) + 1;
  });
}

/** The pixels under a window and their places in the kernel, in the kernel's order; those outside are left out. */
function under(step: readonly number[], sizes: readonly number[], window: Window) {
  const { kernel, strides, dilations, pads } = window;
  const pixels: { readonly pixel: readonly number[]; readonly tap: number }[] = [];
  let tap = 0;
  fill(kernel, (place) => {
    const pixel = place.map(
      (each, axis) => step[axis]! * strides[axis]! + each * dilations[axis]! - pads[axis]!,
    );
    if (pixel.every((each, axis) => each >= 0 && each < sizes[axis]!)) pixels.push({ pixel, tap });
    tap++;
    return 0;
  });
  return pixels;
}

const conv: Kernel = (at) => {
  const [x, weight, bias] = [required(at, 0), required(at, 1), at.inputs[2]];
  const group = intAttribute(at.node, "group") ?? 1;
  const sizes = x.dims.slice(2);
  const window = windowOf(at, weight.dims.slice(2));
  const [filters, depth] = weight.dims as readonly [number, number];
  const taps = countOf(window.kernel);
  const value = ([image, filter, ...step]: readonly number[]) => {
    const first = Math.floor(filter! / (filters / group)) * depth;
    let sum = bias?.data[filter!] ?? 0;
    for (const { pixel, tap } of under(step, sizes, window))
      for (let channel = 0; channel < depth; channel++)
        sum +=
          element(x, [image!, first + channel, ...pixel]) *
          weight.data[(filter! * depth + channel) * taps + tap]!;
    return sum;
  };
  return [fill([x.dims[0]!, filters, ...steps(sizes, window)], value)];
};

/** Every step's numbers laid onto the map that a convolution with this window would slide over. */
const convTranspose: Kernel = (at) => {
  const [x, weight, bias] = [required(at, 0), required(at, 1), at.inputs[2]];
  const group = intAttribute(at.node, "group") ?? 1;
  const window = windowOf(at, weight.dims.slice(2));
  const { kernel, strides, dilations, pads } = window;
  const extra = intsAttribute(at.node, "output_padding") ?? kernel.map(() => 0);
  const rank = kernel.length;
  const [images, depth, ...steps] = x.dims as readonly [number, number, ...number[]];
  const sizes = steps.map(
    (count, axis) =>
      (count - 1) * strides[axis]! +
      extra[axis]! +
      dilations[axis]! * (kernel[axis]! - 1) +
      1 -
      pads[axis]! -
      pads[axis + rank]!,
  );
  const perGroup = weight.dims[1]!;
  const dims = [images, perGroup * group, ...sizes];
  const map = fill(dims, ([, channel]) => bias?.data[channel!] ?? 0);
  const stride = stridesOf(dims);
  const taps = countOf(kernel);
  let index = 0;
  fill(x.dims, ([image, channel, ...step]) => {
    const from = x.data[index++]!;
    const first = Math.floor(channel! / (depth / group)) * perGroup;
    for (const { pixel, tap } of under(step, sizes, window))
      for (let to = 0; to < perGroup; to++) {
        const place = [image!, first + to, ...pixel].reduce(
          (sum, each, axis) => sum + each * stride[axis]!,
          0,
        );
        map.data[place]! += from * weight.data[(channel! * perGroup + to) * taps + tap]!;
      }
    return 0;
  });
  return [map];
};

/** @param of from the pixels under a window and the number of its taps. */
function pool(of: (pixels: readonly number[], taps: number, at: KernelInput) => number): Kernel {
  return (at) => {
    const x = required(at, 0);
    const window = windowOf(at, intsAttribute(at.node, "kernel_shape")!);
    const sizes = x.dims.slice(2);
    const rounds = intAttribute(at.node, "ceil_mode") === 1 ? Math.ceil : Math.floor;
    const value = ([image, channel, ...step]: readonly number[]) => {
      const pixels = under(step, sizes, window).map(({ pixel }) => element(x, [image!, channel!, ...pixel]));
      return of(pixels, countOf(window.kernel), at);
    };
    return [fill([...x.dims.slice(0, 2), ...steps(sizes, window, rounds)], value)];
  };
}

const mean: (pixels: readonly number[], taps: number, at: KernelInput) => number = (pixels, taps, { node }) =>
  pixels.reduce((sum, each) => sum + each, 0) /
  (intAttribute(node, "count_include_pad") === 1 ? taps : pixels.length);

function globalPool(of: (pixels: Float64Array) => number): Kernel {
  return (at) => {
    const x: Values = required(at, 0);
    const pixels = countOf(x.dims.slice(2));
    const maps = Array.from({ length: x.dims[0]! * x.dims[1]! }, (_, map) =>
      of(x.data.subarray(map * pixels, (map + 1) * pixels)),
    );
    return [
      makeValues(
        x.dims.map((size, axis) => (axis < 2 ? size : 1)),
        maps,
      ),
    ];
  };
}

export const spatialKernels: KernelTable = {
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: pool((pixels) => Math.max(...pixels)),
  AveragePool: pool(mean),
  GlobalAveragePool: globalPool((pixels) => pixels.reduce((sum, each) => sum + each, 0) / pixels.length),
  GlobalMaxPool: globalPool((pixels) => Math.max(...pixels)),
};
