// Reads the goldens' arrays: `{ shape, dtype, data }`, row-major, NaN and infinities written as null.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { witnesses } from "./witnesses.ts";

export interface GoldenArray {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly (number | null)[];
}

const read = new Map<string, unknown>();

/** A file of the goldens folder as the type that the test knows it to have; read once. */
export function readGolden<Type>(file: string): Type {
  const known = read.get(file) ?? JSON.parse(readFileSync(resolve(witnesses.golden, file), "utf8"));
  read.set(file, known);
  return known as Type;
}

/** The numbers in double precision; float32 decimals go through `Math.fround` first. */
export function toNumbers(array: GoldenArray): Float64Array<ArrayBuffer> {
  const isSingle = array.dtype === "float32";
  return Float64Array.from(array.data, (value) => {
    if (value === null) return Number.NaN;
    return isSingle ? Math.fround(value) : value;
  });
}

/** max |actual - expected| divided by max |expected|. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
    if (Number.isNaN(actual[i]) || Number.isNaN(expected[i])) return Number.NaN;
  }
  return largest === 0 ? difference : difference / largest;
}
