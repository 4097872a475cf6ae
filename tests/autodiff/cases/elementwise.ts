// Rows for arithmetic: broadcasting both ways, several ranks, older operator sets.
import {
  type CaseInput,
  distinct,
  type Fixed,
  type GradientCase,
  positive,
  real,
  type SpecialPoint,
  smooth,
} from "./case.ts";

const condition: Fixed = { dims: [3, 1], values: [1, 0, 1], type: "bool" };

/** The ways in which two operands can meet. */
function pairs(
  rule: string,
  right: (dims: readonly number[]) => CaseInput = smooth,
): readonly GradientCase[] {
  return [
    { rule, form: "same shape", inputs: [smooth([2, 3]), right([2, 3])] },
    { rule, form: "a row over a batch", inputs: [smooth([2, 3, 4]), right([4])] },
    { rule, form: "the left is repeated", inputs: [smooth([3, 1]), right([2, 3, 4])] },
    { rule, form: "each is repeated along another axis", inputs: [smooth([4, 1]), right([1, 5])] },
    { rule, form: "a scalar", inputs: [smooth([2, 2]), right([])] },
    { rule, form: "an axis of 1 in front", inputs: [smooth([1, 3]), right([3])] },
  ];
}

function unary(rule: string, input: CaseInput, extra: Partial<GradientCase> = {}): GradientCase {
  return { rule, form: "of one input", inputs: [input], ...extra };
}

export const elementwiseCases: readonly GradientCase[] = [
  ...pairs("Add"),
  ...pairs("Sub"),
  ...pairs("Mul"),
  ...pairs("Div", positive),
  { rule: "Pow", form: "a square", inputs: [smooth([2, 3]), real(2)] },
  { rule: "Pow", form: "a cube", inputs: [smooth([2, 3]), real(3)] },
  { rule: "Pow", form: "a root", inputs: [positive([2, 3]), real(0.5)] },
  {
    rule: "Pow",
    form: "an integer exponent",
    inputs: [smooth([2, 3], 0), { dims: [], values: [3], type: "int64" }],
  },
  { rule: "Pow", form: "powers that vary", inputs: [positive([2, 3]), smooth([3])] },
  { rule: "Sum", form: "three with broadcasting", inputs: [smooth([2, 3]), smooth([3]), smooth([])] },
  {
    rule: "Mean",
    form: "three with broadcasting",
    single: true,
    inputs: [smooth([2, 3]), smooth([3]), smooth([2, 1])],
  },
  { rule: "Max", form: "of two", inputs: [distinct([6]), real(0)] },
  {
    rule: "Max",
    form: "of three",
    inputs: [distinct([2, 3]), smooth([3], -0.5, -0.3, -0.1, 0.1, 0.3, 0.5), real(-5)],
  },
  { rule: "Min", form: "of two", inputs: [distinct([6]), real(0)] },
  { rule: "Where", form: "with broadcasting", inputs: [condition, smooth([3, 4]), smooth([4])] },
  {
    rule: "Where",
    form: "before operator set 16",
    inputs: [condition, smooth([3, 1]), smooth([3, 1])],
    opset: 11,
  },
  unary("Neg", smooth([2, 3])),
  unary("Abs", smooth([2, 3], 0)),
  unary("Sqrt", positive([2, 3])),
  unary("Exp", smooth([2, 3])),
  unary("Log", positive([2, 3])),
  unary("Reciprocal", positive([2, 3])),
  unary("Sin", smooth([2, 3])),
  unary("Cos", smooth([2, 3]), { single: true }),
  unary("Sign", smooth([2, 3], 0)),
  unary("Floor", smooth([2, 3], -2, -1, 0, 1, 2)),
  unary("Ceil", smooth([2, 3], -2, -1, 0, 1, 2)),
  unary("Round", smooth([2, 3], -1.5, -0.5, 0.5, 1.5)),
];

function at(values: readonly number[]): CaseInput {
  return { dims: [values.length], values: Float64Array.from(values) };
}

export const elementwisePoints: readonly SpecialPoint[] = [
  { rule: "Abs", form: "at 0", inputs: [at([-1, 0, 1])], upstream: [2, 2, 2], expected: [-2, 0, 2] },
  {
    rule: "Max",
    form: "equal ones share",
    inputs: [at([1, 2, 3]), at([2, 2, 2])],
    upstream: [4, 4, 4],
    expected: [0, 2, 4],
  },
  {
    rule: "Min",
    form: "equal ones share",
    inputs: [at([1, 2, 3]), at([2, 2, 2])],
    upstream: [4, 4, 4],
    expected: [4, 2, 0],
  },
  { rule: "Pow", form: "a square at 0", inputs: [at([0, -3]), real(2)], upstream: [1, 1], expected: [0, -6] },
  { rule: "Exp", form: "far below", inputs: [at([-1000, 0])], upstream: [1, 1], expected: [0, 1] },
  {
    rule: "Where",
    form: "nothing comes from the branch that was not taken, not even infinity times zero",
    inputs: [{ dims: [2], values: [1, 0], type: "bool" }, at([1, Number.POSITIVE_INFINITY]), at([1, 1])],
    upstream: [3, 3],
    expected: [3, 0],
  },
];
