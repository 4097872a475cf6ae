// Shape rules of operators on feature maps `[B,C,H,W]`: convolution, pooling, padding, resizing.
import { intAttribute, intsAttribute, textAttribute } from "../attributes.ts";
import { ElementType } from "../model.ts";
import {
  facts,
  frontAxis,
  inputFacts,
  knownValues,
  type RuleInput,
  type Shape,
  type ShapeRule,
  sizeOf,
} from "./facts.ts";

const conv =
  (elementType?: number): ShapeRule =>
  (at) => {
    const [data, weight] = [inputFacts(at, 0), inputFacts(at, 1)];
    const kernel = intsAttribute(at.node, "kernel_shape") ?? weight.shape?.slice(2);
    const channels = weight.shape?.[0] ?? null;
    return [facts(elementType ?? data.elementType, windowed(at, data.shape, kernel, channels))];
  };

const pool: ShapeRule = (at) => {
  const data = inputFacts(at, 0);
  const kernel = intsAttribute(at.node, "kernel_shape");
  const shape = windowed(at, data.shape, kernel, data.shape?.[1] ?? null);
  return [facts(data.elementType, shape), facts(ElementType.int64, shape)];
};

/** The output of a window that slides over every spatial axis. */
function windowed(
  at: RuleInput,
  shape: Shape | null,
  kernel: Shape | undefined,
  channels: number | null,
): Shape | null {
  if (shape === null || kernel === undefined) return null;
  const spatial = shape.slice(2).map((size, axis) => slidingSize(at, size, kernel[axis] ?? null, axis));
  return [shape[0] ?? null, channels, ...spatial];
}

function slidingSize(at: RuleInput, size: number | null, kernel: number | null, axis: number): number | null {
  if (size === null || kernel === null) return null;
  const stride = intsAttribute(at.node, "strides")?.[axis] ?? 1;
  const dilation = intsAttribute(at.node, "dilations")?.[axis] ?? 1;
  const padding = textAttribute(at.node, "auto_pad") ?? "NOTSET";
  if (padding.startsWith("SAME")) return Math.ceil(size / stride);
  const pads = padding === "VALID" ? undefined : intsAttribute(at.node, "pads");
  const before = pads?.[axis] ?? 0;
  const padded = size + before + (pads?.[axis + (pads.length >> 1)] ?? 0);
  const steps = (padded - (dilation * (kernel - 1) + 1)) / stride;
  if (intAttribute(at.node, "ceil_mode") !== 1) return Math.floor(steps) + 1;
  // A window that would start behind the input, in the padding, is left out.
  const last = Math.ceil(steps);
  return last * stride >= size + before ? last : last + 1;
}

const globalPool: ShapeRule = (at) => {
  const { shape, elementType } = inputFacts(at, 0);
  return [facts(elementType, shape?.map((size, axis) => (axis < 2 ? size : 1)) ?? null)];
};

const pad: ShapeRule = (at) => {
  const { shape, elementType } = inputFacts(at, 0);
  const pads = intsAttribute(at.node, "pads") ?? inputFacts(at, 1).values;
  if (shape === null) return [facts(elementType, null)];
  const axes = at.node.inputs[3] ? knownValues(inputFacts(at, 3)) : shape.map((_, axis) => axis);
  if (!pads || axes === null)
    return [
      facts(
        elementType,
        shape.map(() => null),
      ),
    ];
  const padded = [...shape];
  for (const [index, axis] of axes.entries()) {
    const place = axis < 0 ? axis + shape.length : axis;
    const parts = [shape[place] ?? null, pads[index] ?? null, pads[index + axes.length] ?? null];
    padded[place] = parts.includes(null) ? null : parts.reduce<number>((sum, each) => sum + each!, 0);
  }
  return [facts(elementType, padded)];
};

const resize: ShapeRule = (at) => {
  const { shape, elementType } = inputFacts(at, 0);
  if (shape === null) return [facts(elementType, null)];
  // Opset 10 and Upsample have the scales as the second input.
  const scalesAt = at.node.inputs.length === 2 ? 1 : 2;
  const scales = at.node.inputs[scalesAt] ? inputFacts(at, scalesAt).values : null;
  const sizes = at.node.inputs[3] ? inputFacts(at, 3).values : null;
  const axes = intsAttribute(at.node, "axes")?.map((axis) => frontAxis(axis, shape.length));
  const keepsRatio = (textAttribute(at.node, "keep_aspect_ratio_policy") ?? "stretch") !== "stretch";
  const resized = shape.map((size, axis) => {
    const place = axes === undefined ? axis : axes.indexOf(axis);
    if (place < 0) return size;
    if (sizes !== null) return keepsRatio ? null : (sizes[place] ?? null);
    const scale = scales?.[place] ?? null;
    return size === null || scale === null ? null : Math.floor(size * scale);
  });
  return [facts(elementType, resized)];
};

const spaceToDepth: ShapeRule = (at) => {
  const { shape, elementType } = inputFacts(at, 0);
  const block = intAttribute(at.node, "blocksize") ?? 1;
  const [batch, channels, height, width] = shape ?? [null, null, null, null];
  const times = (size: number | null | undefined, factor: number) => (size == null ? null : size * factor);
  return [
    facts(elementType, [
      batch ?? null,
      times(channels, block * block),
      times(height, 1 / block),
      times(width, 1 / block),
    ]),
  ];
};

const depthToSpace: ShapeRule = (at) => {
  const { shape, elementType } = inputFacts(at, 0);
  const block = intAttribute(at.node, "blocksize") ?? 1;
  const factors = [1, 1 / (block * block), block, block];
  const scaled = shape?.map((size, axis) => (size === null ? null : size * (factors[axis] ?? 1))) ?? null;
  return [facts(elementType, scaled)];
};

/** Sizes follow from `output_shape`, or undo those of a convolution. */
const convTranspose: ShapeRule = (at) => {
  const [data, weight] = [inputFacts(at, 0), inputFacts(at, 1)];
  const kernel = intsAttribute(at.node, "kernel_shape") ?? weight.shape?.slice(2);
  if (data.shape === null || kernel === undefined) return [facts(data.elementType, null)];
  const group = intAttribute(at.node, "group") ?? 1;
  const perGroup = weight.shape?.[1] ?? null;
  const named = intsAttribute(at.node, "output_shape")?.slice(-kernel.length);
  const spatial = data.shape
    .slice(2)
    .map((size, axis) => named?.[axis] ?? spreadSize(at, size, kernel[axis] ?? null, axis));
  return [
    facts(data.elementType, [data.shape[0] ?? null, perGroup === null ? null : perGroup * group, ...spatial]),
  ];
};

function spreadSize(at: RuleInput, size: number | null, kernel: number | null, axis: number): number | null {
  if (size === null || kernel === null) return null;
  const each = (name: string, otherwise: number) => intsAttribute(at.node, name)?.[axis] ?? otherwise;
  const stride = each("strides", 1);
  const padding = textAttribute(at.node, "auto_pad") ?? "NOTSET";
  if (padding.startsWith("SAME")) return size * stride;
  const pads = intsAttribute(at.node, "pads") ?? [];
  const padded = (pads[axis] ?? 0) + (pads[axis + (pads.length >> 1)] ?? 0);
  return stride * (size - 1) + each("output_padding", 0) + each("dilations", 1) * (kernel - 1) + 1 - padded;
}

/** Columns of blocks, `[B, C K, L]`, laid onto a picture. */
const columnsToImage: ShapeRule = (at) => {
  const { shape, elementType } = inputFacts(at, 0);
  const [sizes, block] = [inputFacts(at, 1).values, knownValues(inputFacts(at, 2))];
  const [batch = null, columns = null] = shape ?? [];
  const channels = columns === null || block === null ? null : columns / sizeOf(block)!;
  return [facts(elementType, sizes && [batch, channels, ...sizes])];
};

/** DynamicQuantizeLinear: the bytes, their scale and their zero point. */
const dynamicQuantize: ShapeRule = (at) => [
  facts(ElementType.uint8, inputFacts(at, 0).shape),
  facts(ElementType.float32, []),
  facts(ElementType.uint8, []),
];

/** com.microsoft.Attention: packed q, k, v; the width of v is a third of the bias. */
const fusedAttention: ShapeRule = (at) => {
  const { shape, elementType } = inputFacts(at, 0);
  const bias = inputFacts(at, 2).shape;
  const width = bias === null ? null : sizeOf(bias);
  return [facts(elementType, shape && [...shape.slice(0, -1), width === null ? null : width / 3])];
};

/** Attention with separate q, k, v keeps the shape of q. */
const separateAttention: ShapeRule = (at) => [facts(inputFacts(at, 0).elementType, inputFacts(at, 0).shape)];

export const spatialRules: Readonly<Record<string, ShapeRule>> = {
  Col2Im: columnsToImage,
  Conv: conv(),
  FusedConv: conv(),
  ConvInteger: conv(ElementType.int32),
  ConvTranspose: convTranspose,
  DepthToSpace: depthToSpace,
  MaxPool: pool,
  AveragePool: pool,
  LpPool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  Pad: pad,
  Resize: resize,
  Upsample: resize,
  SpaceToDepth: spaceToDepth,
  DynamicQuantizeLinear: dynamicQuantize,
  MultiHeadAttention: separateAttention,
  Attention: (at) => (at.node.domain === "com.microsoft" ? fusedAttention : separateAttention)(at),
};
