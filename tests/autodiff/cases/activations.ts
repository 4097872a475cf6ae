// Rows for activation functions: away from their kinks by finite differences, at the kinks by definition.
import { type CaseInput, type GradientCase, real, type SpecialPoint, smooth, wide } from "./case.ts";

function row(rule: string, input: CaseInput, extra: Partial<GradientCase> = {}): GradientCase {
  return { rule, form: extra.attributes ? "with attributes" : "plain", inputs: [input], ...extra };
}

const single = { single: true } as const;

export const activationCases: readonly GradientCase[] = [
  row("Relu", smooth([2, 3], 0)),
  row("Relu", smooth([1, 2, 3, 2], 0), { opset: 11, form: "four axes, operator set 11" }),
  row("ThresholdedRelu", smooth([2, 3], 0.5), { ...single, attributes: { alpha: { float: 0.5 } } }),
  { rule: "Clip", form: "both bounds as inputs", inputs: [wide([3, 4], 0, 3), real(0), real(3)] },
  { rule: "Clip", form: "only the upper bound", inputs: [wide([3, 4], 3), null, real(3)] },
  {
    ...{ rule: "Clip", form: "bounds as attributes", inputs: [wide([3, 4], 0, 3)], opset: 7 },
    ...{ attributes: { min: { float: 0 }, max: { float: 3 } }, single: true },
  },
  row("LeakyRelu", smooth([2, 3], 0), { ...single, attributes: { alpha: { float: 0.2 } } }),
  {
    rule: "PRelu",
    form: "a slope per channel",
    inputs: [smooth([2, 3, 2, 2], 0), smooth([3, 1, 1])],
    single: true,
  },
  row("Elu", smooth([2, 3], 0), { ...single, attributes: { alpha: { float: 1.5 } } }),
  row("Selu", smooth([2, 3], 0), single),
  row("Celu", smooth([2, 3], 0), { ...single, attributes: { alpha: { float: 1.5 } } }),
  row("Gelu", wide([3, 8]), single),
  row("Gelu", wide([3, 8]), { ...single, attributes: { approximate: "tanh" } }),
  row("com.microsoft.Gelu", wide([3, 8]), single),
  row("com.microsoft.FastGelu", wide([3, 8]), single),
  row("com.microsoft.QuickGelu", wide([3, 8]), { ...single, attributes: { alpha: { float: 1.702 } } }),
  row("Swish", wide([3, 8]), { ...single, opset: 24, attributes: { alpha: { float: 1.3 } } }),
  row("Erf", smooth([2, 3]), single),
  row("Tanh", smooth([2, 3])),
  row("Sigmoid", smooth([2, 3])),
  row("HardSigmoid", wide([4, 4], -3, 3), {
    ...single,
    attributes: { alpha: { float: 1 / 6 }, beta: { float: 0.5 } },
  }),
  row("HardSwish", wide([4, 4], -3, 3), single),
  row("Softplus", smooth([2, 3]), single),
  row("Softsign", smooth([2, 3], 0), single),
  row("Mish", smooth([2, 3]), single),
];

function point(
  rule: string,
  form: string,
  at: readonly number[],
  expected: readonly number[],
  extra: Partial<SpecialPoint> = {},
): SpecialPoint {
  const input = { dims: [at.length], values: Float64Array.from(at) };
  return { rule, form, inputs: [input], upstream: at.map(() => 1), expected, ...extra };
}

export const activationPoints: readonly SpecialPoint[] = [
  point("Relu", "at 0, and no NaN from infinity", [-1, 0, 1], [0, 0, 1]),
  point("Clip", "at its bounds, as ReLU6", [-1, 0, 3, 6, 7], [0, 0, 1, 0, 0], {
    inputs: [{ dims: [5], values: Float64Array.of(-1, 0, 3, 6, 7) }, real(0), real(6)],
  }),
  point("Gelu", "at 0 and far out", [0, 40, -40], [0.5, 1, 0]),
  point("Gelu", "tanh at 0 and far out", [0, 40, -40], [0.5, 1, 0], { attributes: { approximate: "tanh" } }),
  point("Erf", "at 0 and far out", [0, 30, -30], [2 / Math.sqrt(Math.PI), 0, 0]),
  point("Sigmoid", "far out", [0, 90, -90], [0.25, 0, 0]),
  point("Tanh", "far out", [0, 50, -50], [1, 0, 0]),
  point("Softplus", "far out", [0, 90, -90], [0.5, 1, 0]),
  point("HardSwish", "beyond its bounds", [-4, 0, 4], [0, 0.5, 1]),
  point("HardSigmoid", "beyond its bounds", [-9, 0, 9], [0, 0.2, 0]),
  point("Elu", "far below", [-90, 1], [0, 1]),
];
