// The papers' rules on dense matrices, contribution by contribution: `m[i][j]` is what one unit at i makes at j.
import { forward, type Layer } from "./layer.ts";

/** A layer `y_j = sum_i x_i m_ij + b_j` written out. */
export interface Dense {
  readonly x: readonly number[];
  readonly m: readonly (readonly number[])[];
  readonly b: readonly number[];
}

/** Found by trying the layer at every unit vector of one of its values. */
export function denseOf(layer: Layer, input: string): Dense {
  const { [input]: given } = layer.inputs;
  const x = Array.from(given!.data);
  const at = (data: readonly number[]) =>
    Array.from(forward(layer, { ...layer.inputs, [input]: { dims: given!.dims, data } }).data);
  const b = at(x.map(() => 0));
  const m = x.map((_, unit) => at(x.map((__, i) => Number(i === unit))).map((y, j) => y - b[j]!));
  return { x, m, b };
}

/** `a / (b + 1e-9)`, 0 where b is 0. */
export function quotient(a: number, b: number): number {
  return b === 0 ? 0 : a / (b + 1e-9);
}

const positive = (value: number) => Math.max(value, 0);
const negative = (value: number) => Math.min(value, 0);

/** From every result j, each i gets `part(x_i m_ij) R_j / sum_k part(x_k m_kj)`. */
function shares(
  { x, m }: Dense,
  relevance: ArrayLike<number>,
  part: (i: number, j: number) => number,
): number[] {
  return x.map((_, i) =>
    m[i]!.reduce((sum, __, j) => {
      const all = x.reduce((total, ___, k) => total + part(k, j), 0);
      return sum + part(i, j) * quotient(relevance[j]!, all);
    }, 0),
  );
}

/** Bach et al. 2015, eq. 60, without the bias. */
export function alphaBeta(dense: Dense, relevance: ArrayLike<number>, alpha: number): number[] {
  const { x, m } = dense;
  const forIt = shares(dense, relevance, (i, j) => positive(x[i]! * m[i]![j]!));
  const againstIt = shares(dense, relevance, (i, j) => negative(x[i]! * m[i]![j]!));
  return forIt.map((each, i) => alpha * each - (alpha - 1) * againstIt[i]!);
}

/** The same for alpha 1, but positive and negative inputs each share all that arrives. */
export function separateAlphaBeta(dense: Dense, relevance: ArrayLike<number>): number[] {
  const { x, m } = dense;
  const ofPositive = shares(dense, relevance, (i, j) => (x[i]! > 0 ? positive(x[i]! * m[i]![j]!) : 0));
  const ofNegative = shares(dense, relevance, (i, j) => (x[i]! < 0 ? positive(x[i]! * m[i]![j]!) : 0));
  return ofPositive.map((each, i) => each + ofNegative[i]!);
}

/** Montavon et al. 2017, table 1, with one pair of bounds for all of x. */
export function zB({ x, m }: Dense, relevance: ArrayLike<number>): number[] {
  const [low, high] = [Math.min(...x), Math.max(...x)];
  const part = (i: number, j: number) => {
    const weight = m[i]![j]!;
    return x[i]! * weight - low * positive(weight) - high * negative(weight);
  };
  return x.map((_, i) =>
    m[i]!.reduce((sum, __, j) => {
      const all = x.reduce((total, ___, k) => total + part(k, j), 0);
      return sum + (part(i, j) * relevance[j]!) / (all + 1e-9);
    }, 0),
  );
}

/** `x_i m_ij R_j / (y_j + epsilon)`, y with the bias. */
export function epsilon({ x, m, b }: Dense, relevance: ArrayLike<number>, stabiliser: number): number[] {
  const y = b.map((shift, j) => x.reduce((sum, each, i) => sum + each * m[i]![j]!, shift));
  return x.map((each, i) =>
    m[i]!.reduce((sum, weight, j) => sum + (each * weight * relevance[j]!) / (y[j]! + stabiliser), 0),
  );
}

/** Contributions with the sign of the result count `1 + gamma` times, a bias included. */
export function gamma({ x, m, b }: Dense, relevance: ArrayLike<number>, g: number): number[] {
  const y = b.map((shift, j) => x.reduce((sum, each, i) => sum + each * m[i]![j]!, shift));
  const favoured = (value: number, j: number) => (value * y[j]! > 0 ? (1 + g) * value : value);
  return x.map((each, i) =>
    m[i]!.reduce((sum, weight, j) => {
      const all = x.reduce((total, other, k) => total + favoured(other * m[k]![j]!, j), favoured(b[j]!, j));
      const divisor = all + (all < 0 ? -1e-6 : 1e-6);
      return sum + (y[j] === 0 ? 0 : (favoured(each * weight, j) * relevance[j]!) / divisor);
    }, 0),
  );
}

/** Chefer et al. 2021, eq. 7: both factors of `c = a b` share alike, from every element of c by its terms. */
export function product(a: Matrix, b: Matrix, relevance: Matrix, over = quotient): readonly [Matrix, Matrix] {
  const c = a.map((row) => b[0]!.map((_, j) => row.reduce((sum, each, k) => sum + each * b[k]![j]!, 0)));
  const term = (i: number, k: number, j: number) =>
    0.5 * a[i]![k]! * b[k]![j]! * over(relevance[i]![j]!, c[i]![j]!);
  const toA = a.map((row, i) => row.map((_, k) => b[0]!.reduce((sum, __, j) => sum + term(i, k, j), 0)));
  const toB = b.map((row, k) => row.map((_, j) => a.reduce((sum, __, i) => sum + term(i, k, j), 0)));
  return [toA, toB];
}

export type Matrix = readonly (readonly number[])[];

/** Chefer et al. 2021, eq. 8 to 10: shares by size, then scaled so that they add up to what arrived. */
export function sum(summands: readonly number[][], relevance: readonly number[]): number[][] {
  const total = (values: readonly number[]) => values.reduce((all, each) => all + each, 0);
  const y = relevance.map((_, i) => total(summands.map((each) => each[i]!)));
  const shares = summands.map((each) => each.map((x, i) => x * quotient(relevance[i]!, y[i]!)));
  const sizes = shares.map((each) => Math.abs(total(each)));
  return shares.map((each, place) => {
    const kept = quotient(sizes[place]!, total(sizes)) * total(relevance);
    return each.map((share) => share * quotient(kept, total(each)));
  });
}
