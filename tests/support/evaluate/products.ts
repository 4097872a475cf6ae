// Products of matrices.
import { floatAttribute, intAttribute, textAttribute } from "../../../src/core/onnx/attributes.ts";
import {
  broadcastDims,
  countOf,
  element,
  expanded,
  fill,
  type Kernel,
  type KernelTable,
  makeValues,
  required,
  strided,
  type Values,
} from "./kernel.ts";

/** Vectors are the matrices of one row or one column that they stand for. */
const matMul: Kernel = (at) => {
  const [x, y] = [required(at, 0), required(at, 1)];
  const left = x.dims.length === 1 ? makeValues([1, ...x.dims], x.data) : x;
  const right = y.dims.length === 1 ? makeValues([...y.dims, 1], y.data) : y;
  const [rows, inner, columns] = [left.dims.at(-2)!, left.dims.at(-1)!, right.dims.at(-1)!];
  const batch = broadcastDims([left.dims.slice(0, -2), right.dims.slice(0, -2)]);
  const a = expanded(left, [...batch, rows, inner]).data;
  const b = expanded(right, [...batch, inner, columns]).data;
  const data = new Float64Array(countOf(batch) * rows * columns);
  for (let matrix = 0; matrix < countOf(batch); matrix++) {
    const from = b.subarray(matrix * inner * columns, (matrix + 1) * inner * columns);
    for (let row = matrix * rows; row < (matrix + 1) * rows; row++)
      addProduct(a.subarray(row * inner), from, data.subarray(row * columns, (row + 1) * columns));
  }
  const lead = x.dims.length === 1 ? [] : [rows];
  return [makeValues([...batch, ...lead, ...(y.dims.length === 1 ? [] : [columns])], data)];
};

/** Adds the product of a row and a matrix to `sum`. */
function addProduct(row: Float64Array, matrix: Float64Array, sum: Float64Array): void {
  const columns = sum.length;
  for (let k = 0; k * columns < matrix.length; k++) {
    const factor = row[k]!;
    for (let column = 0; column < columns; column++) sum[column]! += factor * matrix[k * columns + column]!;
  }
}

const gemm: Kernel = (at) => {
  const turned = (values: Values, name: string) => {
    const [rows, columns] = values.dims as readonly [number, number];
    return intAttribute(at.node, name) === 1 ? strided(values, [columns, rows], [1, columns]) : values;
  };
  const a = turned(required(at, 0), "transA");
  const b = turned(required(at, 1), "transB");
  const [product] = matMul({ ...at, inputs: [a, b] });
  const { dims, data } = product!;
  const added = at.inputs[2] && expanded(at.inputs[2], dims).data;
  const alpha = floatAttribute(at.node, "alpha") ?? 1;
  const beta = floatAttribute(at.node, "beta") ?? 1;
  return [
    makeValues(
      dims,
      data.map((each, index) => alpha * each + beta * (added?.[index] ?? 0)),
    ),
  ];
};

/** Every combination of the letters' values, one by one. */
const einsum: Kernel = (at) => {
  const [left, right] = (textAttribute(at.node, "equation") ?? "").replaceAll(/\s/g, "").split("->");
  if (right === undefined || left!.includes(".")) throw new Error("evaluate: Einsum without a plain result");
  const terms = left!.split(",");
  const factors = terms.map((_, place) => required(at, place));
  const sizes = new Map<string, number>();
  for (const [place, term] of terms.entries())
    for (const [axis, letter] of [...term].entries()) sizes.set(letter, factors[place]!.dims[axis]!);
  const summed = [...sizes.keys()].filter((letter) => !right.includes(letter));
  const letters = [...right, ...summed];
  const inner = countOf(summed.map((letter) => sizes.get(letter)!));
  const all = fill(
    letters.map((letter) => sizes.get(letter)!),
    (place) =>
      terms.reduce((product, term, index) => {
        const own = [...term].map((letter) => place[letters.indexOf(letter)]!);
        return product * element(factors[index]!, own);
      }, 1),
  );
  const dims = [...right].map((letter) => sizes.get(letter)!);
  const data = new Float64Array(countOf(dims));
  for (let index = 0; index < all.data.length; index++) data[Math.floor(index / inner)]! += all.data[index]!;
  return [makeValues(dims, data)];
};

export const productKernels: KernelTable = { MatMul: matMul, Gemm: gemm, Einsum: einsum };
