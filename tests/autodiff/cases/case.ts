// One row of the gradient tests: an operator in one form, and where its gradient is tried.
import type { AttributeInput } from "../../../src/core/onnx/build.ts";

/** Numbers at which a gradient is tried; the operator is smooth around them. */
export interface Sample {
  readonly dims: readonly number[];
  readonly values: Float64Array;
}

/** An input that is no real number or does not vary: axes, indices, conditions. */
export interface Fixed {
  readonly dims: readonly number[];
  readonly values: readonly number[];
  readonly type: "int64" | "bool" | "real";
  /** Given as an input of the graph, so that only a run tells it. */
  readonly fed?: boolean;
}

export type CaseInput = Sample | Fixed | null;

export interface GradientCase {
  /** The key in the table of rules. */
  readonly rule: string;
  /** What is special about this row. */
  readonly form: string;
  readonly inputs: readonly CaseInput[];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  /** Number of results; 1 where absent. */
  readonly results?: number;
  /** Number of further results that are no real numbers, such as indices. */
  readonly others?: number;
  /** 20 where absent. */
  readonly opset?: number;
  /** Where onnxruntime has no kernel for float64, on which all other rows run. */
  readonly single?: boolean;
}

/** A point where the derivative jumps or is easily wrong, with what the definition gives there. */
export interface SpecialPoint {
  readonly rule: string;
  readonly form: string;
  readonly inputs: readonly CaseInput[];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly opset?: number;
  /** What arrives at the result. */
  readonly upstream: readonly number[];
  /** The gradient by the first input. */
  readonly expected: readonly number[];
}

export function isFixed(input: CaseInput): input is Fixed {
  return input !== null && "type" in input;
}

/** Integers as an input of their own, as newer operator sets give axes. */
export function integers(...values: readonly number[]): Fixed {
  return { dims: [values.length], values, type: "int64" };
}

/** One integer without axes. */
export function integer(value: number): Fixed {
  return { dims: [], values: [value], type: "int64" };
}

/** A list of real numbers that stays as it is. */
export function reals(...values: readonly number[]): Fixed {
  return { dims: [values.length], values, type: "real" };
}

/** One real number without axes, which stays as it is. */
export function real(value: number): Fixed {
  return { dims: [], values: [value], type: "real" };
}

/** Numbers between -2 and 2, at least 0.15 away from `kinks`. */
export function smooth(dims: readonly number[], ...kinks: readonly number[]): Sample {
  return sample(dims, (random) => {
    for (;;) {
      const value = 4 * random() - 2;
      if (kinks.every((kink) => Math.abs(value - kink) > 0.15)) return value;
    }
  });
}

/** Numbers over a wider range, at least 0.15 away from `kinks`. */
export function wide(dims: readonly number[], ...kinks: readonly number[]): Sample {
  const { values } = smooth(dims, ...kinks.map((kink) => kink / 3));
  return { dims, values: values.map((value) => 3 * value) };
}

/** Numbers between 0.5 and 2. */
export function positive(dims: readonly number[]): Sample {
  return sample(dims, (random) => 0.5 + 1.5 * random());
}

/** Different numbers, at least 0.2 apart, in random order, for operators that choose. */
export function distinct(dims: readonly number[]): Sample {
  const count = dims.reduce((product, size) => product * size, 1);
  const random = createRandom(count + 7);
  const order = Array.from({ length: count }, (_, index) => ({ index, key: random() }));
  order.sort((a, b) => a.key - b.key);
  const values = Float64Array.from(order, ({ index }) => 0.2 * (index - count / 2) + 0.1);
  return { dims, values };
}

let seed = 1;

function sample(dims: readonly number[], draw: (random: () => number) => number): Sample {
  const count = dims.reduce((product, size) => product * size, 1);
  const random = createRandom(seed++);
  return { dims, values: Float64Array.from({ length: count }, () => draw(random)) };
}

/** Mulberry's 32-bit generator: the same numbers in every run. */
export function createRandom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
