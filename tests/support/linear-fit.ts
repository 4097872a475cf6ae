// How well one set of columns is a linear function of another: least squares by orthogonalisation.

/**
 * @param inputs columns of equal length; a column of ones is added for the bias.
 * @param outputs columns of the same length.
 * @returns the largest residual of any output over the largest deviation of that output from its mean: 0 for an exact
 * linear function, about 1 for none.
 */
export function residualOfFit(inputs: readonly Float64Array[], outputs: readonly Float64Array[]): number {
  const rows = inputs[0]!.length;
  const basis: Float64Array[] = [];
  for (const column of [new Float64Array(rows).fill(1), ...inputs]) {
    const size = norm(column);
    // Twice, since once is not enough in floating point.
    const left = without(basis, without(basis, column));
    const rest = norm(left);
    if (rest > 1e-9 * size) basis.push(left.map((value) => value / rest));
  }
  if (basis.length >= rows) throw new Error("as many columns as rows fit anything");
  let worst = 0;
  for (const output of outputs) {
    const deviation = largest(without(basis.slice(0, 1), output));
    worst = Math.max(worst, largest(without(basis, output)) / Math.max(deviation, Number.MIN_VALUE));
  }
  return worst;
}

/** What is left of a vector outside the span of an orthonormal basis. */
function without(basis: readonly Float64Array[], vector: Float64Array): Float64Array {
  const left = Float64Array.from(vector);
  for (const axis of basis) {
    let share = 0;
    for (let row = 0; row < left.length; row++) share += axis[row]! * left[row]!;
    for (let row = 0; row < left.length; row++) left[row]! -= share * axis[row]!;
  }
  return left;
}

function norm(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}

function largest(vector: Float64Array): number {
  return vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
