// Operators that pick, split and join.
import { textAttribute } from "../../../src/core/onnx/attributes.ts";
import {
  axisOf,
  element,
  fill,
  fromFront,
  type Kernel,
  type KernelTable,
  listOf,
  required,
  strided,
  stridesOf,
  type Values,
} from "./kernel.ts";

const concat: Kernel = (at) => {
  const parts = at.inputs.map((_, place) => required(at, place));
  const axis = axisOf(at, parts[0]!.dims.length, 0);
  const dims = parts[0]!.dims.map((size, each) =>
    each === axis ? parts.reduce((sum, part) => sum + part.dims[axis]!, 0) : size,
  );
  const value = (place: readonly number[]) => {
    const inside = [...place];
    const part = parts.find((each) => {
      if (inside[axis]! < each.dims[axis]!) return true;
      inside[axis]! -= each.dims[axis]!;
      return false;
    })!;
    return element(part, inside);
  };
  return [fill(dims, value, parts[0]!.isWhole)];
};

/** `x` at `start + step * i` along one axis. */
function picked(x: Values, axis: number, count: number, start: number, step = 1): Values {
  const dims = x.dims.map((size, each) => (each === axis ? count : size));
  const strides = stridesOf(x.dims);
  const steps = strides.map((stride, each) => (each === axis ? stride * step : stride));
  return strided(x, dims, steps, start * strides[axis]!);
}

const slice: Kernel = (at) => {
  const x = required(at, 0);
  const starts = listOf(at, "starts", 1)!;
  const ends = listOf(at, "ends", 2)!;
  const axes = listOf(at, "axes", 3) ?? starts.map((_, index) => index);
  const steps = listOf(at, "steps", 4) ?? starts.map(() => 1);
  const result = axes.reduce((part, each, index) => {
    const axis = fromFront(each, x.dims.length);
    const size = x.dims[axis]!;
    const step = steps[index]!;
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const bound = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, low), high);
    const start = Math.max(bound(starts[index]!), 0);
    const count = Math.max(Math.ceil((bound(ends[index]!) - start) / step), 0);
    return picked(part, axis, count, start, step);
  }, x);
  return [result];
};

const split: Kernel = (at) => {
  const x = required(at, 0);
  const axis = axisOf(at, x.dims.length, 0);
  const { length } = at.node.outputs;
  const even = Math.ceil(x.dims[axis]! / length);
  const sizes =
    listOf(at, "split", 1) ?? at.node.outputs.map((_, place) => Math.min(even, x.dims[axis]! - even * place));
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return picked(x, axis, size, start - size);
  });
};

const gather: Kernel = (at) => {
  const [x, indices] = [required(at, 0), required(at, 1)];
  const axis = axisOf(at, x.dims.length, 0);
  const inner = indices.dims.length;
  const dims = [...x.dims.slice(0, axis), ...indices.dims, ...x.dims.slice(axis + 1)];
  const value = (place: readonly number[]) => {
    const index = element(indices, place.slice(axis, axis + inner));
    const picks = fromFront(index, x.dims[axis]!);
    return element(x, [...place.slice(0, axis), picks, ...place.slice(axis + inner)]);
  };
  return [fill(dims, value, x.isWhole)];
};

/** Without batch axes. */
const gatherNd: Kernel = (at) => {
  const [x, indices] = [required(at, 0), required(at, 1)];
  const outer = indices.dims.slice(0, -1);
  const depth = indices.dims.at(-1)!;
  const value = (place: readonly number[]) => {
    const row = place.slice(0, outer.length);
    const picks = Array.from({ length: depth }, (_, axis) => {
      return fromFront(element(indices, [...row, axis]), x.dims[axis]!);
    });
    return element(x, [...picks, ...place.slice(outer.length)]);
  };
  return [fill([...outer, ...x.dims.slice(depth)], value, x.isWhole)];
};

const pad: Kernel = (at) => {
  const x = required(at, 0);
  if ((textAttribute(at.node, "mode") ?? "constant") !== "constant") throw new Error("evaluate: Pad copies");
  const pads = listOf(at, "pads", 1)!;
  const rank = x.dims.length;
  const value = at.inputs[2]?.data[0] ?? 0;
  const dims = x.dims.map((size, axis) => pads[axis]! + size + pads[axis + rank]!);
  const inside = (place: readonly number[]) => place.map((each, axis) => each - pads[axis]!);
  const at0 = (place: readonly number[]) =>
    place.every((each, axis) => each >= 0 && each < x.dims[axis]!) ? element(x, place) : value;
  return [fill(dims, (place) => at0(inside(place)), x.isWhole)];
};

export const selectionKernels: KernelTable = {
  Concat: concat,
  Slice: slice,
  Split: split,
  Gather: gather,
  GatherND: gatherNd,
  Pad: pad,
};
