// Softmax and the normalisations.
import { floatAttribute } from "../../../src/core/onnx/attributes.ts";
import {
  axisOf,
  countOf,
  element,
  fill,
  type Kernel,
  type KernelTable,
  makeValues,
  required,
  type Values,
} from "./kernel.ts";

/** Since version 13 one axis; before, all from the given one on. */
const softmax: Kernel = (at) => {
  const x = required(at, 0);
  const rank = x.dims.length;
  const axis = axisOf(at, rank, at.opset >= 13 ? -1 : 1);
  const size = at.opset >= 13 ? x.dims[axis]! : countOf(x.dims.slice(axis));
  const step = at.opset >= 13 ? countOf(x.dims.slice(axis + 1)) : 1;
  const data = new Float64Array(x.data.length);
  for (let first = 0; first < data.length; first++) {
    if (Math.floor(first / step) % size !== 0) continue;
    const places = Array.from({ length: size }, (_, index) => first + index * step);
    const largest = Math.max(...places.map((place) => x.data[place]!));
    const powers = places.map((place) => Math.exp(x.data[place]! - largest));
    const sum = powers.reduce((total, power) => total + power, 0);
    for (const [index, place] of places.entries()) data[place] = powers[index]! / sum;
  }
  return [makeValues(x.dims, data)];
};

/** Also gives the mean and `1 / sqrt(variance + epsilon)` of every row. */
const layerNormalization: Kernel = (at) => {
  const [x, weight, bias] = [required(at, 0), required(at, 1), at.inputs[2]];
  const first = axisOf(at, x.dims.length, -1);
  const size = countOf(x.dims.slice(first));
  const rows = x.dims.map((each, axis) => (axis < first ? each : 1));
  const mean = new Float64Array(countOf(rows));
  const scale = new Float64Array(mean.length);
  const normalised = new Float64Array(x.data.length);
  for (let row = 0; row < mean.length; row++) {
    const elements = x.data.subarray(row * size, (row + 1) * size);
    mean[row] = elements.reduce((sum, each) => sum + each, 0) / size;
    const variance = elements.reduce((sum, each) => sum + (each - mean[row]!) ** 2, 0) / size;
    scale[row] = 1 / Math.sqrt(variance + epsilonOf(at));
    for (let i = 0; i < size; i++) normalised[row * size + i] = (elements[i]! - mean[row]!) * scale[row]!;
  }
  const y = affine(makeValues(x.dims, normalised), weight, bias);
  return [y, makeValues(rows, mean), makeValues(rows, scale)];
};

/** Single precision in files, though written as a decimal: 1e-6 is meant as 1e-6. */
function epsilonOf({ node }: Parameters<Kernel>[0]): number {
  return Number((floatAttribute(node, "epsilon") ?? 1e-5).toPrecision(7));
}

function affine(x: Values, weight: Values, bias: Values | undefined): Values {
  return fill(x.dims, (place) => {
    const shift = bias === undefined ? 0 : element(bias, place);
    return element(x, place) * element(weight, place) + shift;
  });
}

const batchNormalization: Kernel = (at) => {
  const x = required(at, 0);
  const [weight, bias, mean, variance] = [1, 2, 3, 4].map((place) => required(at, place).data) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let index = 0;
  const value = (place: readonly number[]) => {
    const channel = place[1]!;
    const scale = weight[channel]! / Math.sqrt(variance[channel]! + epsilonOf(at));
    return (x.data[index++]! - mean[channel]!) * scale + bias[channel]!;
  };
  return [fill(x.dims, value)];
};

export const normalisationKernels: KernelTable = {
  Softmax: softmax,
  LayerNormalization: layerNormalization,
  BatchNormalization: batchNormalization,
};
