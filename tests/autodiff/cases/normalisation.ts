// Rows for softmax, normalisations, reductions, pooling and resizing.
import { distinct, type GradientCase, integers, positive, reals, type SpecialPoint, smooth } from "./case.ts";

const softmaxes: readonly GradientCase[] = ["Softmax", "LogSoftmax"].flatMap((rule) => [
  { rule, form: "last axis", inputs: [smooth([2, 3, 4])], attributes: { axis: -1 } },
  { rule, form: "middle axis", inputs: [smooth([2, 3, 4])], attributes: { axis: 1 } },
  { rule, form: "all axes from the default on, before 13", inputs: [smooth([2, 3, 4])], opset: 11 },
  {
    rule,
    form: "the last axis by number, before 13",
    inputs: [smooth([2, 3, 4])],
    attributes: { axis: 2 },
    opset: 12,
  },
]);

const epsilon = { float: 1e-3 };

const normalisations: readonly GradientCase[] = [
  {
    rule: "LayerNormalization",
    form: "last axis",
    inputs: [smooth([2, 3, 8]), smooth([8]), smooth([8])],
    attributes: { epsilon },
  },
  {
    rule: "LayerNormalization",
    form: "two axes, no bias",
    inputs: [smooth([2, 3, 4]), smooth([3, 4])],
    attributes: { axis: 1 },
  },
  {
    rule: "LayerNormalization",
    form: "before operator set 17",
    inputs: [smooth([2, 8]), smooth([8]), smooth([8])],
    opset: 14,
  },
  {
    rule: "LayerNormalization",
    form: "single precision",
    inputs: [smooth([2, 3, 8]), smooth([8]), smooth([8])],
    attributes: { epsilon },
    single: true,
  },
  {
    rule: "LayerNormalization",
    form: "single precision, two axes",
    inputs: [smooth([2, 3, 4]), smooth([3, 4])],
    attributes: { axis: -2 },
    single: true,
  },
  {
    rule: "LayerNormalization",
    form: "single precision, before operator set 17",
    inputs: [smooth([2, 8]), smooth([8]), smooth([8])],
    opset: 14,
    single: true,
  },
  {
    rule: "RMSNormalization",
    form: "last axis",
    inputs: [smooth([2, 3, 8]), smooth([8])],
    opset: 23,
    attributes: { epsilon },
  },
  {
    rule: "SimplifiedLayerNormalization",
    form: "last axis",
    inputs: [smooth([2, 3, 8]), smooth([8])],
    attributes: { epsilon, axis: -1 },
  },
  {
    rule: "InstanceNormalization",
    form: "maps",
    inputs: [smooth([2, 3, 4, 4]), smooth([3]), smooth([3])],
    attributes: { epsilon },
    single: true,
  },
  {
    rule: "GroupNormalization",
    form: "per channel",
    inputs: [smooth([2, 6, 3, 3]), smooth([6]), smooth([6])],
    single: true,
    opset: 21,
    attributes: { epsilon, num_groups: 2 },
  },
  {
    rule: "GroupNormalization",
    form: "per group",
    inputs: [smooth([2, 6, 3]), smooth([2]), smooth([2])],
    opset: 18,
    attributes: { epsilon, num_groups: 2 },
  },
  {
    ...{ rule: "BatchNormalization", form: "maps" },
    inputs: [smooth([2, 3, 4, 4]), smooth([3]), smooth([3]), reals(0.1, -0.2, 0.3), reals(0.5, 1, 2)],
  },
  {
    ...{ rule: "BatchNormalization", form: "rows, operator set 9", opset: 9 },
    inputs: [smooth([4, 3]), smooth([3]), smooth([3]), reals(0.1, -0.2, 0.3), reals(0.5, 1, 2)],
  },
  ...[3, 5].map((size) => ({
    ...{ rule: "LRN", form: `over ${size} channels`, inputs: [smooth([2, 6, 2, 3])], single: true },
    attributes: { size, alpha: { float: 0.5 }, beta: { float: 0.75 }, bias: { float: 1.5 } },
  })),
  { rule: "LpNormalization", form: "length 2", inputs: [smooth([3, 4])] },
  { rule: "LpNormalization", form: "length 1", inputs: [smooth([3, 4], 0)], attributes: { p: 1, axis: 0 } },
];

const inputs: Readonly<Record<string, (dims: readonly number[]) => ReturnType<typeof smooth>>> = {
  ReduceMax: distinct,
  ReduceMin: distinct,
  ReduceProd: positive,
  ReduceLogSum: positive,
  ReduceL1: (dims) => smooth(dims, 0),
  ReduceL2: (dims) => smooth(dims, 0),
};

const singleReductions = new Set(["ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum"]);

const reductions = [
  ...["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceSumSquare"],
  ...["ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp"],
].flatMap((rule): readonly GradientCase[] => {
  const draw = inputs[rule] ?? smooth;
  const single = singleReductions.has(rule);
  return [
    {
      rule,
      form: "axes as attribute",
      inputs: [draw([2, 3, 4])],
      opset: 11,
      attributes: { axes: [-1], keepdims: 1 },
      single,
    },
    {
      rule,
      form: "axes as input, dropped",
      inputs: [draw([2, 3, 4]), integers(0, 2)],
      attributes: { keepdims: 0 },
      single,
    },
    { rule, form: "all axes", inputs: [draw([2, 3])], attributes: { keepdims: 0 }, single },
    { rule, form: "no axes", inputs: [draw([2, 3])], attributes: { noop_with_empty_axes: 1 }, single },
  ];
});

const pools: readonly GradientCase[] = [
  ["halves", [1, 2, 6, 6], { kernel_shape: [2, 2], strides: [2, 2] }],
  ["overlapping, padded", [1, 2, 7, 7], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }],
  ["rounded up", [1, 1, 6, 5], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }],
  ["a stride that leaves pixels over", [2, 1, 8, 7], { kernel_shape: [2, 3], strides: [3, 3] }],
  ["padding named same", [1, 1, 5, 6], { kernel_shape: [2, 3], strides: [2, 2], auto_pad: "SAME_UPPER" }],
  ["one axis", [2, 2, 7], { kernel_shape: [3], strides: [2] }],
].flatMap(([form, dims, attributes]): readonly GradientCase[] =>
  ["MaxPool", "AveragePool"].map((rule) => ({
    ...{ rule, form: form as string, inputs: [distinct(dims as number[])], single: true },
    attributes: attributes as Readonly<Record<string, number | string | number[]>>,
  })),
);

const morePools: readonly GradientCase[] = [
  {
    ...{ rule: "AveragePool", form: "padding counts", inputs: [smooth([1, 2, 5, 5])], single: true },
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], count_include_pad: 1 },
  },
  {
    ...{ rule: "MaxPool", form: "dilated", inputs: [distinct([1, 2, 6, 6])], single: true },
    attributes: { kernel_shape: [2, 2], dilations: [2, 3] },
  },
  {
    ...{
      rule: "MaxPool",
      form: "before numbers could be compared",
      inputs: [distinct([1, 2, 4, 4])],
      single: true,
    },
    ...{ opset: 8, attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
  },
  { rule: "GlobalAveragePool", form: "maps", inputs: [smooth([2, 3, 4, 5])], single: true },
  { rule: "GlobalMaxPool", form: "maps", inputs: [distinct([2, 3, 4, 5])], single: true },
];

/** Operator set 13: data, region, scales, sizes. */
function resized(
  form: string,
  dims: readonly number[],
  scales: readonly number[] | null,
  sizes: readonly number[] | null,
  attributes: Readonly<Record<string, string | number | { readonly float: number }>>,
): GradientCase {
  const lists = [null, scales && reals(...scales), sizes && integers(...sizes)];
  return { rule: "Resize", form, inputs: [smooth(dims), ...lists], opset: 13, attributes, single: true };
}

const resizes: readonly GradientCase[] = [
  resized("nearest, twice as large", [1, 2, 3, 4], [1, 1, 2, 2], null, {}),
  resized("nearest, asymmetric floor", [1, 1, 3, 4], [1, 1, 2, 1.5], null, {
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  }),
  resized("nearest, smaller", [1, 1, 6, 5], null, [1, 1, 3, 3], { nearest_mode: "round_prefer_ceil" }),
  resized("linear, larger", [1, 2, 3, 4], null, [1, 2, 5, 7], { mode: "linear" }),
  resized("linear, smaller", [1, 1, 7, 6], null, [1, 1, 3, 4], {
    mode: "linear",
    coordinate_transformation_mode: "pytorch_half_pixel",
  }),
  resized("linear, corners aligned", [1, 1, 3, 4], null, [1, 1, 6, 5], {
    mode: "linear",
    coordinate_transformation_mode: "align_corners",
  }),
  resized("cubic", [1, 1, 5, 4], null, [1, 1, 8, 7], { mode: "cubic", cubic_coeff_a: { float: -0.5 } }),
  resized("cubic, inside only", [1, 1, 5, 5], null, [1, 1, 8, 8], { mode: "cubic", exclude_outside: 1 }),
  {
    rule: "Upsample",
    form: "scales as input",
    inputs: [smooth([1, 2, 3, 3]), reals(1, 1, 2, 2)],
    opset: 9,
    attributes: { mode: "nearest" },
    single: true,
  },
];

export const normalisationCases: readonly GradientCase[] = [
  ...softmaxes,
  ...normalisations,
  ...reductions,
  ...pools,
  ...morePools,
  ...resizes,
];

const grid = (values: readonly number[], side: number) => ({
  dims: [1, 1, side, values.length / side],
  values: Float64Array.from(values),
});

export const normalisationPoints: readonly SpecialPoint[] = [
  {
    ...{ rule: "MaxPool", form: "the first of equal pixels gets everything" },
    inputs: [grid([0, 0, 0, 0, 1, 1, 0, 1, 1], 3)],
    attributes: { kernel_shape: [2, 2], strides: [1, 1] },
    upstream: [1, 10, 100, 1000],
    expected: [0, 0, 0, 0, 1111, 0, 0, 0, 0],
  },
  {
    ...{ rule: "MaxPool", form: "all pixels are equal" },
    inputs: [grid([0, 0, 0, 0], 2)],
    attributes: { kernel_shape: [2, 2] },
    upstream: [3],
    expected: [3, 0, 0, 0],
  },
  {
    ...{ rule: "Softmax", form: "a masked key gets nothing" },
    inputs: [{ dims: [1, 3], values: Float64Array.of(0, 0, -1e30) }],
    attributes: { axis: -1 },
    upstream: [1, 0, 5],
    expected: [0.25, -0.25, 0],
  },
  {
    ...{ rule: "ReduceMax", form: "equal ones share" },
    inputs: [{ dims: [3], values: Float64Array.of(2, 1, 2) }],
    attributes: { keepdims: 0 },
    upstream: [6],
    expected: [3, 0, 3],
  },
  {
    ...{ rule: "LayerNormalization", form: "a constant row gives zeros, not infinity" },
    inputs: [{ dims: [1, 4], values: Float64Array.of(2, 2, 2, 2) }, reals(1, 1, 1, 1)],
    upstream: [1, 1, 1, 1],
    expected: [0, 0, 0, 0],
  },
];
