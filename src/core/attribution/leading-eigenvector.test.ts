// The leading eigenvector against a matrix made of known ones.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leadingEigenvector } from "./leading-eigenvector.ts";

/** Orthonormal, by Gram-Schmidt on vectors that no list could make dependent. */
function orthonormal(size: number, seed: number): readonly Float64Array[] {
  const basis: Float64Array[] = [];
  for (let k = 0; k < size; k++) {
    const vector = Float64Array.from(
      { length: size },
      (_, i) => Number(i === k) + 0.3 * Math.sin(seed + 3.7 * i * (k + 1)),
    );
    for (const each of [...basis, ...basis]) {
      const part = dot(each, vector);
      for (let i = 0; i < size; i++) vector[i] -= part * each[i];
    }
    basis.push(vector.map((value) => value / Math.sqrt(dot(vector, vector))));
  }
  return basis;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** `sum_k values_k q_k q_k^T` as a function. */
function matrixOf(basis: readonly Float64Array[], values: readonly number[]) {
  return (vector: Float64Array) => {
    const result = new Float64Array(vector.length);
    for (const [k, each] of basis.entries()) {
      const part = values[k] * dot(each, vector);
      for (let i = 0; i < result.length; i++) result[i] += part * each[i];
    }
    return result;
  };
}

describe("the leading eigenvector", () => {
  test("is found up to its sign, whatever the other eigenvalues, of unit length", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 0, maxLength: 40 }),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.integer({ min: 0, max: 1000 }),
        (others, scale, seed) => {
          const values = [1.01, ...others].map((value) => value * scale);
          const basis = orthonormal(values.length, seed);
          const found = leadingEigenvector(matrixOf(basis, values), values.length);
          expect(dot(found, found)).toBeCloseTo(1, 12);
          expect(Math.abs(dot(found, basis[0]))).toBeCloseTo(1, 12);
          const sign = Math.sign(dot(found, basis[0]));
          for (const [i, value] of found.entries()) expect(sign * value).toBeCloseTo(basis[0][i], 9);
        },
      ),
    );
  });

  test("is found where the second eigenvalue is only a thousandth smaller", () => {
    const values = Array.from({ length: 150 }, (_, k) => 1 - k / 1000);
    const basis = orthonormal(values.length, 3);
    const found = leadingEigenvector(matrixOf(basis, values), values.length);
    const sign = Math.sign(dot(found, basis[0]));
    for (const [i, value] of found.entries()) expect(sign * value).toBeCloseTo(basis[0][i], 9);
  });

  test("of a zero matrix is zero", () => {
    const found = leadingEigenvector((vector) => new Float64Array(vector.length), 5);
    expect(Array.from(found)).toEqual([0, 0, 0, 0, 0]);
  });
});
