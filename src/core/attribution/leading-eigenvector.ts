// The eigenvector of a symmetric matrix's largest eigenvalue, by Lanczos' method: the matrix is only ever multiplied.

/** Share of the eigenvalue below which what is left of the eigenvector's equation counts as rounding. */
const tolerance = 1e-14;
const stepsBetweenChecks = 8;

/**
 * Builds an orthonormal basis of what the matrix makes of a start vector. In that basis the matrix is tridiagonal, and
 * its largest eigenvalue is found soon; every new vector is made orthogonal to all others, so rounding does not add up.
 * @param multiply the symmetric matrix times a vector; no eigenvalue below zero.
 * @param size of the vectors.
 * @returns unit length, of either sign; all zero where the matrix is.
 * @see Golub & Van Loan, Matrix Computations, chapter 10
 */
export function leadingEigenvector(
  multiply: (vector: Float64Array) => Float64Array,
  size: number,
): Float64Array<ArrayBuffer> {
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  /** `beside[i]` is the entry beside `diagonal[i]`, in the column before it. */
  const beside: number[] = [0];
  // No picture is orthogonal to it but by accident.
  let next = scaledToUnit(Float64Array.from({ length: size }, (_, i) => 1 + Math.sin(1 + 1.7 * i * i)));
  for (;;) {
    basis.push(next);
    const product = multiply(next);
    diagonal.push(dot(next, product));
    removeParts(product, basis);
    const rest = Math.sqrt(dot(product, product));
    const steps = basis.length;
    const isLast = steps === size || !(rest > tolerance * diagonal[0]);
    if (isLast || steps % stepsBetweenChecks === 0) {
      const { value, vector } = leadingOfTridiagonal(diagonal, beside);
      if (!(value > 0)) return new Float64Array(size);
      if (isLast || rest * Math.abs(vector[steps - 1]) <= tolerance * value) return combine(basis, vector);
    }
    beside.push(rest);
    next = product.map((value) => value / rest);
  }
}

/** Twice, since the first time leaves rounding behind. */
function removeParts(vector: Float64Array, basis: readonly Float64Array[]): void {
  for (const each of [...basis, ...basis]) {
    const part = dot(each, vector);
    for (let i = 0; i < vector.length; i++) vector[i] -= part * each[i];
  }
}

/** By bisection for the value, and by inverse iteration just above it for the vector, whose entries are > 0. */
function leadingOfTridiagonal(diagonal: readonly number[], beside: readonly number[]) {
  let below = Math.max(...diagonal);
  // A little above the bound, so that its pivots are positive even where the eigenvalue is the bound itself.
  const bound = Math.max(...diagonal.map((value, i) => value + beside[i] + (beside[i + 1] ?? 0)));
  let above = bound * (1 + tolerance);
  for (let middle = (below + above) / 2; middle > below && middle < above; middle = (below + above) / 2) {
    if (pivots(middle, diagonal, beside).every((pivot) => pivot > 0)) above = middle;
    else below = middle;
  }
  let vector = Float64Array.from(diagonal, () => 1);
  for (let pass = 0; pass < 3; pass++) vector = scaledToUnit(solveShifted(above, diagonal, beside, vector));
  return { value: above, vector };
}

/** Of `shift I - T` in elimination from the top: all positive exactly where `shift` is above all eigenvalues. */
function pivots(shift: number, diagonal: readonly number[], beside: readonly number[]): Float64Array {
  const result = new Float64Array(diagonal.length);
  for (let i = 0; i < result.length; i++) {
    result[i] = shift - diagonal[i] - (i === 0 ? 0 : beside[i] ** 2 / result[i - 1]);
  }
  return result;
}

/** `(shift I - T)^-1 vector`; only positive numbers are added, so nothing cancels. */
function solveShifted(
  shift: number,
  diagonal: readonly number[],
  beside: readonly number[],
  vector: Float64Array,
): Float64Array<ArrayBuffer> {
  const divisors = pivots(shift, diagonal, beside);
  const result = Float64Array.from(vector);
  for (let i = 1; i < result.length; i++) result[i] += (beside[i] / divisors[i - 1]) * result[i - 1];
  for (let i = result.length - 1; i >= 0; i--) {
    const later = i + 1 < result.length ? beside[i + 1] * result[i + 1] : 0;
    result[i] = (result[i] + later) / divisors[i];
  }
  return result;
}

function combine(basis: readonly Float64Array[], weights: Float64Array): Float64Array<ArrayBuffer> {
  const sum = new Float64Array(basis[0].length);
  for (const [place, vector] of basis.entries())
    for (let i = 0; i < sum.length; i++) sum[i] += weights[place] * vector[i];
  return scaledToUnit(sum);
}

function scaledToUnit(vector: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
