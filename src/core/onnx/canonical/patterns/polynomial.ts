// Reads arithmetic with constants as a polynomial in one value, so that the order of its steps does not matter.
import type { GraphView } from "../graph-view.ts";

/** Coefficients from the constant term up. */
export type Polynomial = readonly number[];

/** Powers above this do not occur in activations. */
const highestPower = 3;

/** Steps looked back; the longest activation has seven. */
const mostSteps = 10;

/** @returns null where anything but sums, products and powers with constants lies between the two values. */
export function polynomialIn(
  variable: string,
  name: string,
  view: GraphView,
  steps = mostSteps,
): Polynomial | null {
  if (name === variable) return [0, 1];
  const constant = view.scalar(name);
  if (constant !== null) return [constant];
  const node = view.producer(name);
  if (node === undefined || steps === 0) return null;
  const terms = node.inputs.map((input) => polynomialIn(variable, input, view, steps - 1));
  const [a, b] = terms;
  if (a == null) return null;
  if (node.opType === "Neg") return scaled(a, -1);
  if (b == null) return null;
  switch (node.opType) {
    case "Add":
      return sum(a, b);
    case "Sub":
      return sum(a, scaled(b, -1));
    case "Mul":
      return product(a, b);
    case "Div":
      return b.length === 1 ? scaled(a, 1 / b[0]!) : null;
    case "Pow":
      return b.length === 1 ? power(a, b[0]!) : null;
    default:
      return null;
  }
}

/** Whether coefficients agree but for the rounding of constants. */
export function isNear(actual: Polynomial, expected: Polynomial, relative: number): boolean {
  const length = Math.max(actual.length, expected.length);
  return Array.from({ length }).every((_, place) => {
    const [a, b] = [actual[place] ?? 0, expected[place] ?? 0];
    return Math.abs(a - b) <= relative * Math.abs(b);
  });
}

function sum(a: Polynomial, b: Polynomial): Polynomial {
  return Array.from(
    { length: Math.max(a.length, b.length) },
    (_, place) => (a[place] ?? 0) + (b[place] ?? 0),
  );
}

function scaled(a: Polynomial, factor: number): Polynomial {
  return a.map((coefficient) => coefficient * factor);
}

function product(a: Polynomial, b: Polynomial): Polynomial | null {
  const length = a.length + b.length - 1;
  if (length > highestPower + 1) return null;
  const result = Array<number>(length).fill(0);
  for (const [i, x] of a.entries()) for (const [j, y] of b.entries()) result[i + j]! += x * y;
  return result;
}

function power(a: Polynomial, exponent: number): Polynomial | null {
  if (!Number.isInteger(exponent) || exponent < 1 || exponent > highestPower) return null;
  let result: Polynomial | null = a;
  for (let count = 1; count < exponent && result !== null; count++) result = product(result, a);
  return result;
}
