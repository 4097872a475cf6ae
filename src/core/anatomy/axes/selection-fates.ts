// Axes through operators that take positions, join them or make one of them.
import { intAttribute } from "../../onnx/attributes.ts";
import { axesOf, frontAxis, inputFacts, knownValues } from "../../onnx/shapes/facts.ts";
import { slicePositions } from "../../onnx/shapes/slice-positions.ts";
import { type AxisFate, type AxisRule, type AxisStep, blended, inputAxis, kept, lost } from "./axis-fate.ts";

const concat: AxisRule = (step) => {
  const { axis, place, facts, to } = step;
  const along = inputAxis(step, intAttribute(step.node, "axis") ?? 1);
  if (along !== axis) return kept(axis);
  const before = facts.slice(0, place).map(({ shape }) => shape?.[axis] ?? null);
  const [offset, length] = [total(before), to[axis]];
  return offset === null || length == null ? lost : { kind: "joined", axis, offset, length };
};

const split: AxisRule = (step) => {
  const { axis, place, output, outputs, from } = step;
  if (place > 0) return lost;
  if (inputAxis(step, intAttribute(step.node, "axis") ?? 0) !== axis) return kept(axis);
  const lengths = outputs.map((shape) => shape?.[axis] ?? null);
  const [first, length] = [total(lengths.slice(0, output)), lengths[output]];
  if (first === null || length == null) return lost;
  return length === from[axis] ? kept(axis) : { kind: "picked", axis, positions: range(first, length, 1) };
};

const gather: AxisRule = (step) => {
  const { axis, place, from } = step;
  if (place > 0) return lost;
  const along = inputAxis(step, intAttribute(step.node, "axis") ?? 0);
  const indices = inputFacts(step, 1);
  const rank = indices.shape?.length;
  if (rank === undefined) return lost;
  if (axis !== along) return kept(axis < along ? axis : axis + rank - 1);
  const [length, values] = [from[axis], knownValues(indices)];
  if (length == null || values === null || rank > 1) return lost;
  const positions = values.map((value) => frontAxis(value, length));
  return { kind: "picked", axis: rank === 0 ? null : axis, positions };
};

const slice: AxisRule = (step) => {
  const { axis, place, from } = step;
  if (place > 0) return lost;
  const list = (name: string, index: number) => {
    const attribute = step.node.attributes.find((each) => each.name === name);
    if (attribute?.kind === "ints") return attribute.value.map(Number);
    return step.node.inputs[index] ? knownValues(inputFacts(step, index)) : undefined;
  };
  const [starts, ends, steps] = [list("starts", 1), list("ends", 2), list("steps", 4)];
  const axes = axesOf(step, 3) ?? (step.node.inputs[3] ? null : starts?.map((_, index) => index));
  if (!axes) return lost;
  const index = axes.findIndex((each) => frontAxis(each, from.length) === axis);
  if (index < 0) return kept(axis);
  const [length, start, end, stride] = [from[axis], starts?.[index], ends?.[index], steps?.[index] ?? 1];
  if (length == null || start === undefined || end === undefined || steps === null || stride === 0)
    return lost;
  const taken = slicePositions(length, start, end, stride);
  const isWhole = taken.from === 0 && taken.step === 1 && taken.count === length;
  return isWhole ? kept(axis) : { kind: "picked", axis, positions: range(taken.from, taken.count, stride) };
};

const reduce =
  (how: "mean" | "maximum" | "sum"): AxisRule =>
  (step) => {
    const { node, axis, place, from } = step;
    if (place > 0) return lost;
    const named = axesOf(step);
    if (named === null) return lost;
    const isNothing = named === undefined && intAttribute(node, "noop_with_empty_axes") === 1;
    const axes = isNothing
      ? []
      : (named ?? from.map((_, index) => index)).map((each) => frontAxis(each, from.length));
    if (axes.includes(axis)) return { kind: "merged", how };
    const gone = intAttribute(node, "keepdims") === 0 ? axes.filter((each) => each < axis).length : 0;
    return kept(axis - gone);
  };

const globalPool =
  (how: "mean" | "maximum"): AxisRule =>
  ({ axis }): AxisFate =>
    axis < 2 ? kept(axis) : { kind: "merged", how };

/** Windows that slide over the spatial axes. */
const sliding: AxisRule = ({ axis, place }) => {
  if (place > 0) return lost;
  return axis < 2 ? kept(axis) : blended(axis);
};

/** As `sliding`, where channels are mixed. */
const convolution: AxisRule = (step) => (step.axis === 1 ? lost : sliding(step));

const pad: AxisRule = ({ axis, place, from, to }) => {
  if (place > 0) return lost;
  return from[axis] === to[axis] && from[axis] !== null ? kept(axis) : blended(axis);
};

export const selectionFates: Readonly<Record<string, AxisRule>> = {
  Concat: concat,
  Split: split,
  Gather: gather,
  Slice: slice,
  Pad: pad,
  ReduceMean: reduce("mean"),
  ReduceSum: reduce("sum"),
  ReduceMax: reduce("maximum"),
  ReduceMin: reduce("maximum"),
  ReduceL1: reduce("sum"),
  ReduceL2: reduce("sum"),
  ReduceSumSquare: reduce("sum"),
  ReduceLogSumExp: reduce("sum"),
  GlobalAveragePool: globalPool("mean"),
  GlobalMaxPool: globalPool("maximum"),
  GlobalLpPool: globalPool("mean"),
  AveragePool: sliding,
  MaxPool: sliding,
  LpPool: sliding,
  Resize: sliding,
  Upsample: sliding,
  DepthToSpace: sliding,
  SpaceToDepth: sliding,
  Conv: convolution,
  ConvTranspose: convolution,
  FusedConv: convolution,
};

function total(lengths: AxisStep["from"]): number | null {
  return lengths.reduce<number | null>((sum, each) => (sum === null || each === null ? null : sum + each), 0);
}

function range(first: number, count: number, step: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index * step);
}
