// Operators that give elements another shape, and those that make constants and sizes.
import { intAttribute, intsAttribute, tensorAttribute } from "../../../src/core/onnx/attributes.ts";
import { tensorNumbers } from "../../../src/core/onnx/tensor-numbers.ts";
import {
  axisOf,
  broadcastDims,
  countOf,
  expanded,
  fill,
  fromFront,
  type Kernel,
  type KernelInput,
  type KernelTable,
  listOf,
  makeValues,
  required,
  strided,
  stridesOf,
  type Values,
  wholeTypes,
} from "./kernel.ts";

const shaped = (x: Values, dims: readonly number[]) => makeValues(dims, x.data, x.isWhole);

const reshape: Kernel = (at) => {
  const x = required(at, 0);
  const asked = Array.from(required(at, 1).data);
  const copies = intAttribute(at.node, "allowzero") !== 1;
  const dims = asked.map((size, axis) => (size === 0 && copies ? x.dims[axis]! : size));
  const rest = countOf(x.dims) / countOf(dims.filter((size) => size !== -1));
  return [
    shaped(
      x,
      dims.map((size) => (size === -1 ? rest : size)),
    ),
  ];
};

const flatten: Kernel = (at) => {
  const x = required(at, 0);
  const axis = axisOf(at, x.dims.length, 1);
  return [shaped(x, [countOf(x.dims.slice(0, axis)), countOf(x.dims.slice(axis))])];
};

const squeeze: Kernel = (at) => {
  const x = required(at, 0);
  const axes = listOf(at, "axes", 1)?.map((axis) => fromFront(axis, x.dims.length));
  return [
    shaped(
      x,
      x.dims.filter((size, axis) => (axes === undefined ? size !== 1 : !axes.includes(axis))),
    ),
  ];
};

const unsqueeze: Kernel = (at) => {
  const x = required(at, 0);
  const asked = listOf(at, "axes", 1)!;
  const rank = x.dims.length + asked.length;
  const axes = asked.map((axis) => fromFront(axis, rank));
  const left = [...x.dims];
  return [
    shaped(
      x,
      Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : left.shift()!)),
    ),
  ];
};

const transpose: Kernel = (at) => {
  const x = required(at, 0);
  const order = intsAttribute(at.node, "perm") ?? x.dims.map((_, axis) => x.dims.length - 1 - axis);
  const strides = stridesOf(x.dims);
  const dims = order.map((axis) => x.dims[axis]!);
  return [
    strided(
      x,
      dims,
      order.map((axis) => strides[axis]!),
    ),
  ];
};

const expand: Kernel = (at) => {
  const x = required(at, 0);
  const dims = broadcastDims([x.dims, Array.from(required(at, 1).data)]);
  return [expanded(x, dims)];
};

const constant: Kernel = ({ node }) => {
  const tensor = tensorAttribute(node, "value");
  const numbers = tensor && tensorNumbers(tensor);
  if (numbers) return [makeValues(tensor.dims, numbers, wholeTypes.has(tensor.elementType))];
  const [attribute] = node.attributes;
  if (attribute?.kind === "float") return [makeValues([], [attribute.value])];
  if (attribute?.kind === "int") return [makeValues([], [Number(attribute.value)], true)];
  if (attribute?.kind === "ints")
    return [makeValues([attribute.value.length], attribute.value.map(Number), true)];
  throw new Error("evaluate: a Constant without numbers");
};

const constantOfShape: Kernel = (at) => {
  const tensor = tensorAttribute(at.node, "value");
  const value = (tensor && tensorNumbers(tensor)?.[0]) ?? 0;
  const isWhole = tensor !== undefined && wholeTypes.has(tensor.elementType);
  return [fill(Array.from(required(at, 0).data), () => value, isWhole)];
};

const range: Kernel = (at) => {
  const [start, limit, step] = [0, 1, 2].map((place) => required(at, place).data[0]!) as [
    number,
    number,
    number,
  ];
  const length = Math.max(Math.ceil((limit - start) / step), 0);
  const numbers = Array.from({ length }, (_, index) => start + index * step);
  return [makeValues([length], numbers, required(at, 0).isWhole)];
};

const shape: Kernel = (at: KernelInput) => {
  const { dims } = required(at, 0);
  const { length } = dims;
  const bound = (name: string, otherwise: number) =>
    fromFront(intAttribute(at.node, name) ?? otherwise, length);
  const sizes = dims.slice(bound("start", 0), bound("end", length));
  return [makeValues([sizes.length], sizes, true)];
};

export const layoutKernels: KernelTable = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Expand: expand,
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Range: range,
  Shape: shape,
};
