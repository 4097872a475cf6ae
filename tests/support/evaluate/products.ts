// Products of matrices.
import { floatAttribute, intAttribute, textAttribute } from "../../../src/core/onnx/attributes.ts";
import {
  broadcastDims,
  countOf,
  element,
  fill,
  type Kernel,
  type KernelTable,
  makeValues,
  required,
  type Values,
} from "./kernel.ts";

/** Vectors are the matrices of one row or one column that they stand for. */
const matMul: Kernel = (at) => {
  const [x, y] = [required(at, 0), required(at, 1)];
  const left = x.dims.length === 1 ? makeValues([1, ...x.dims], x.data) : x;
  const right = y.dims.length === 1 ? makeValues([...y.dims, 1], y.data) : y;
  const [rows, inner, columns] = [left.dims.at(-2)!, left.dims.at(-1)!, right.dims.at(-1)!];
  const batch = broadcastDims([left.dims.slice(0, -2), right.dims.slice(0, -2)]);
  const starts = (of: Values) => {
    const matrix = countOf(of.dims.slice(-2));
    const numbered = fill(of.dims.slice(0, -2), () => 0);
    for (let index = 0; index < numbered.data.length; index++) numbered.data[index] = index * matrix;
    return fill(batch, (place) => element(numbered, place)).data;
  };
  const [fromLeft, fromRight] = [starts(left), starts(right)];
  const data = new Float64Array(countOf(batch) * rows * columns);
  for (let index = 0; index < data.length; index++) {
    const matrix = Math.floor(index / (rows * columns));
    const a = fromLeft[matrix]! + Math.floor((index % (rows * columns)) / columns) * inner;
    const b = fromRight[matrix]! + (index % columns);
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += left.data[a + k]! * right.data[b + k * columns]!;
    data[index] = sum;
  }
  const lead = x.dims.length === 1 ? [] : [rows];
  return [makeValues([...batch, ...lead, ...(y.dims.length === 1 ? [] : [columns])], data)];
};

const gemm: Kernel = (at) => {
  const [a, b, c] = [required(at, 0), required(at, 1), at.inputs[2]];
  const flag = (name: string) => intAttribute(at.node, name) === 1;
  const [turnsA, turnsB] = [flag("transA"), flag("transB")];
  const [rows, inner] = turnsA ? [a.dims[1]!, a.dims[0]!] : [a.dims[0]!, a.dims[1]!];
  const columns = b.dims[turnsB ? 0 : 1]!;
  const alpha = floatAttribute(at.node, "alpha") ?? 1;
  const beta = floatAttribute(at.node, "beta") ?? 1;
  const value = ([row, column]: readonly number[]) => {
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      const left = turnsA ? a.data[k * rows + row!]! : a.data[row! * inner + k]!;
      const right = turnsB ? b.data[column! * inner + k]! : b.data[k * columns + column!]!;
      sum += left * right;
    }
    return alpha * sum + (c === undefined ? 0 : beta * element(c, [row!, column!]));
  };
  return [fill([rows, columns], value)];
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
