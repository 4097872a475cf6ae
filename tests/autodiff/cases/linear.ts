// Rows for matrix products, sums of products and convolutions.
import { type GradientCase, integers, smooth } from "./case.ts";

const flag = (name: string) => ({ [name]: 1 });

const matMuls: readonly GradientCase[] = [
  { rule: "MatMul", form: "matrices", inputs: [smooth([3, 4]), smooth([4, 2])] },
  { rule: "MatMul", form: "tokens by a weight", inputs: [smooth([1, 5, 4]), smooth([4, 2])] },
  { rule: "MatMul", form: "four axes by a weight", inputs: [smooth([2, 2, 3, 4]), smooth([4, 2])] },
  { rule: "MatMul", form: "heads", inputs: [smooth([1, 2, 3, 4]), smooth([1, 2, 4, 5])] },
  {
    rule: "MatMul",
    form: "the left is repeated over the batch",
    inputs: [smooth([3, 4]), smooth([2, 4, 5])],
  },
  { rule: "MatMul", form: "both are repeated", inputs: [smooth([2, 1, 3, 4]), smooth([1, 3, 4, 2])] },
  { rule: "MatMul", form: "two vectors", inputs: [smooth([4]), smooth([4])] },
  { rule: "MatMul", form: "a vector by a matrix", inputs: [smooth([4]), smooth([4, 3])] },
  { rule: "MatMul", form: "a matrix by a vector", inputs: [smooth([3, 4]), smooth([4])] },
  { rule: "MatMul", form: "a batch by a vector", inputs: [smooth([2, 3, 4]), smooth([4])] },
  { rule: "MatMul", form: "a vector by a batch", inputs: [smooth([4]), smooth([2, 4, 3])] },
];

const gemms: readonly GradientCase[] = [
  { rule: "Gemm", form: "plain", inputs: [smooth([3, 4]), smooth([4, 2]), smooth([2])] },
  { rule: "Gemm", form: "no bias", inputs: [smooth([3, 4]), smooth([4, 2])] },
  {
    rule: "Gemm",
    form: "a weight stored by rows",
    inputs: [smooth([3, 4]), smooth([2, 4]), smooth([1, 2])],
    attributes: flag("transB"),
  },
  {
    rule: "Gemm",
    form: "transposed left",
    inputs: [smooth([4, 3]), smooth([4, 2]), smooth([3, 1])],
    attributes: flag("transA"),
  },
  {
    ...{
      rule: "Gemm",
      form: "both transposed, with factors",
      inputs: [smooth([4, 3]), smooth([2, 4]), smooth([])],
    },
    attributes: { transA: 1, transB: 1, alpha: { float: 0.5 }, beta: { float: 2 } },
  },
  { rule: "Gemm", form: "operator set 7", inputs: [smooth([3, 4]), smooth([4, 2]), smooth([2])], opset: 7 },
];

const einsums: readonly GradientCase[] = [
  ["bhnd,bhmd->bhnm", [1, 2, 3, 4], [1, 2, 5, 4]],
  ["bhnm,bhmd->bhnd", [1, 2, 3, 5], [1, 2, 5, 4]],
  ["bnd,de->bne", [2, 3, 4], [4, 5]],
  ["i,j->ij", [3], [4]],
  ["ij,ij->", [3, 4], [3, 4]],
  ["bij,bjk", [2, 3, 4], [2, 4, 5]],
  ["...ij,...jk->...ik", [2, 3, 4], [2, 4, 5]],
  ["ij,jk->k", [3, 4], [4, 5]],
].map(([equation, left, right]) => ({
  rule: "Einsum",
  form: equation as string,
  inputs: [smooth(left as number[]), smooth(right as number[])],
  attributes: { equation: equation as string },
}));

const convs: readonly GradientCase[] = [
  { form: "patches", inputs: [smooth([1, 3, 8, 8]), [5, 3, 4, 4]], attributes: { strides: [4, 4] } },
  { form: "padded", inputs: [smooth([2, 2, 5, 6]), [3, 2, 3, 3]], attributes: { pads: [1, 1, 1, 1] } },
  {
    form: "a stride that leaves pixels over",
    inputs: [smooth([1, 2, 8, 7]), [3, 2, 3, 3]],
    attributes: { strides: [2, 3] },
  },
  {
    form: "uneven padding",
    inputs: [smooth([1, 1, 6, 6]), [2, 1, 3, 2]],
    attributes: { strides: [2, 2], pads: [0, 1, 2, 0] },
  },
  { form: "dilated", inputs: [smooth([1, 1, 7, 8]), [2, 1, 3, 2]], attributes: { dilations: [2, 3] } },
  {
    form: "depthwise",
    inputs: [smooth([1, 4, 5, 5]), [4, 1, 3, 3]],
    attributes: { group: 4, pads: [1, 1, 1, 1] },
  },
  { form: "groups", inputs: [smooth([1, 4, 5, 5]), [6, 2, 3, 3]], attributes: { group: 2, strides: [2, 2] } },
  {
    form: "padding named same",
    inputs: [smooth([1, 2, 7, 6]), [2, 2, 3, 2]],
    attributes: { auto_pad: "SAME_UPPER", strides: [2, 2] },
  },
  {
    form: "padding named same, more before",
    inputs: [smooth([1, 2, 7, 6]), [2, 2, 2, 3]],
    attributes: { auto_pad: "SAME_LOWER", strides: [2, 2] },
  },
  { form: "one axis", inputs: [smooth([2, 3, 9]), [4, 3, 3]], attributes: { strides: [2] } },
  {
    form: "one by one",
    inputs: [smooth([1, 3, 4, 4]), [2, 3, 1, 1]],
    attributes: { kernel_shape: [1, 1] },
    opset: 11,
  },
].map(({ form, inputs: [map, weight], attributes, opset }) => {
  const dims = weight as readonly number[];
  const { values } = smooth(dims);
  const fixed = { dims, values: [...values], type: "real" } as const;
  return {
    rule: "Conv",
    form,
    inputs: [map as ReturnType<typeof smooth>, fixed, smooth([dims[0]!])],
    attributes: attributes as Readonly<Record<string, number | string | number[]>>,
    ...(opset === undefined ? {} : { opset }),
    single: true,
  };
});

const spread = { dims: [2, 3, 3, 2], values: [...smooth([36]).values], type: "real" } as const;

const folds: readonly GradientCase[] = [
  {
    form: "blocks side by side",
    columns: [1, 8, 4],
    picture: [4, 4],
    block: [2, 2],
    settings: { strides: [2, 2] },
  },
  {
    form: "overlapping, padded",
    columns: [2, 18, 12],
    picture: [3, 4],
    block: [3, 3],
    settings: { pads: [1, 1, 1, 1] },
  },
  {
    form: "dilated, uneven",
    columns: [1, 6, 15],
    picture: [5, 7],
    block: [2, 3],
    settings: { dilations: [2, 1] },
  },
  { form: "one axis", columns: [2, 6, 4], picture: [6], block: [3], settings: {} },
].map(({ form, columns, picture, block, settings }) => ({
  ...{ rule: "Col2Im", form, inputs: [smooth(columns), integers(...picture), integers(...block)] },
  ...{ attributes: settings as Readonly<Record<string, number[]>>, single: true },
}));

export const linearCases: readonly GradientCase[] = [
  ...folds,
  ...matMuls,
  ...gemms,
  ...einsums,
  ...convs,
  {
    ...{
      rule: "ConvTranspose",
      form: "with padding",
      inputs: [smooth([1, 2, 4, 4]), spread, smooth([3])],
      single: true,
    },
    attributes: { strides: [2, 2], pads: [1, 0, 1, 0], output_padding: [1, 1] },
  },
];
