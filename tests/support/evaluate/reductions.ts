// Sums, means and extremes over axes.
import { intAttribute } from "../../../src/core/onnx/attributes.ts";
import {
  axisOf,
  countOf,
  fill,
  fromFront,
  type Kernel,
  type KernelInput,
  type KernelTable,
  listOf,
  makeValues,
  required,
  stridesOf,
} from "./kernel.ts";

/** @param of from all elements that become one. */
function reduction(of: (elements: readonly number[]) => number): Kernel {
  return (at) => {
    const x = required(at, 0);
    const axes = reducedAxes(at, x.dims.length);
    const kept = x.dims.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const strides = stridesOf(kept);
    const groups = Array.from({ length: countOf(kept) }, (): number[] => []);
    let index = 0;
    fill(x.dims, (place) => {
      const group = strides.reduce(
        (sum, stride, axis) => sum + (kept[axis] === 1 ? 0 : stride * place[axis]!),
        0,
      );
      groups[group]!.push(x.data[index++]!);
      return 0;
    });
    const keeps = intAttribute(at.node, "keepdims") !== 0;
    const dims = keeps ? kept : x.dims.filter((_, axis) => !axes.includes(axis));
    return [makeValues(dims, groups.map(of), x.isWhole)];
  };
}

function reducedAxes(at: KernelInput, rank: number): readonly number[] {
  const axes = listOf(at, "axes", 1) ?? [];
  if (axes.length > 0) return axes.map((axis) => fromFront(axis, rank));
  return intAttribute(at.node, "noop_with_empty_axes") === 1
    ? []
    : Array.from({ length: rank }, (_, axis) => axis);
}

const sum = (elements: readonly number[]) => elements.reduce((total, each) => total + each, 0);

/** The first of equal ones. */
const argMax: Kernel = (at) => {
  const x = required(at, 0);
  const axis = axisOf(at, x.dims.length, 0);
  const kept = x.dims.map((size, each) => (each === axis ? 1 : size));
  const step = countOf(x.dims.slice(axis + 1));
  const size = x.dims[axis]!;
  const places = Array.from({ length: countOf(kept) }, (_, group) => {
    const first = Math.floor(group / step) * step * size + (group % step);
    const line = Array.from({ length: size }, (__, index) => x.data[first + index * step]!);
    return line.indexOf(Math.max(...line));
  });
  const dims = intAttribute(at.node, "keepdims") === 0 ? x.dims.filter((_, each) => each !== axis) : kept;
  return [makeValues(dims, places, true)];
};

export const reductionKernels: KernelTable = {
  ReduceSum: reduction(sum),
  ReduceMean: reduction((elements) => sum(elements) / elements.length),
  ReduceMax: reduction((elements) => Math.max(...elements)),
  ReduceMin: reduction((elements) => Math.min(...elements)),
  ReduceProd: reduction((elements) => elements.reduce((product, each) => product * each, 1)),
  ArgMax: argMax,
  ReduceL1: reduction((elements) => sum(elements.map(Math.abs))),
  ReduceL2: reduction((elements) => Math.hypot(...elements)),
};
