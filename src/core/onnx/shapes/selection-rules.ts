// Shape rules of operators that pick, split and join elements along an axis.
import { intAttribute, intsAttribute } from "../attributes.ts";
import { takeAlong } from "./elements.ts";
import {
  axesOf,
  facts,
  frontAxis,
  inputFacts,
  knownValues,
  mostValues,
  type RuleInput,
  type ShapeRule,
  unknownFacts,
  type ValueFacts,
  withValues,
} from "./facts.ts";
import { slicePositions } from "./slice-positions.ts";

const concat: ShapeRule = (at) => {
  const shapes = at.facts.map(({ shape }) => shape);
  const { elementType } = inputFacts(at, 0);
  const first = shapes.find((shape) => shape !== null);
  if (first === undefined || first === null) return [facts(elementType, null)];
  const axis = frontAxis(intAttribute(at.node, "axis") ?? 1, first.length);
  const shape = first.map((_, index) => {
    const sizes = shapes.map((each) => each?.[index] ?? null);
    if (index !== axis) return sizes.find((each) => each !== null) ?? null;
    return sizes.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0);
  });
  const lists = at.facts.map(({ values }) => values);
  const values = axis === 0 && !lists.includes(null) ? lists.flatMap((each) => each!) : null;
  return [withValues(facts(elementType, shape), values)];
};

const gather: ShapeRule = (at) => {
  const [data, indices] = [inputFacts(at, 0), inputFacts(at, 1)];
  if (data.shape === null || indices.shape === null) return [facts(data.elementType, null)];
  const axis = frontAxis(intAttribute(at.node, "axis") ?? 0, data.shape.length);
  const shape = [...data.shape.slice(0, axis), ...indices.shape, ...data.shape.slice(axis + 1)];
  const length = data.shape[axis];
  const picks = length == null ? undefined : knownValues(indices)?.map((index) => frontAxis(index, length));
  const picked = picks ? takeAlong(data.values, data.shape, axis, picks) : null;
  return [withValues(facts(data.elementType, shape), picked)];
};

const slice: ShapeRule = (at) => {
  const data = inputFacts(at, 0);
  if (data.shape === null) return [facts(data.elementType, null)];
  const list = (name: string, index: number) => intsAttribute(at.node, name) ?? inputFacts(at, index).values;
  const [starts, ends] = [list("starts", 1), list("ends", 2)];
  const named = axesOf(at, 3);
  const axes = named === undefined ? starts?.map((_, index) => index) : named;
  const steps = at.node.inputs[4] ? inputFacts(at, 4).values : axes?.map(() => 1);
  // Along unknown axes anything may have been cut off.
  if (!axes) return [facts(data.elementType, Array<null>(data.shape.length).fill(null))];
  let sliced = data;
  for (const [index, axis] of axes.entries()) {
    const bounds = [starts?.[index], ends?.[index], steps?.[index]] as const;
    sliced = slicedAlong(sliced, frontAxis(axis, data.shape.length), ...bounds);
  }
  return [sliced];
};

type Bound = number | null | undefined;

/** `start:end:step` along one axis. */
function slicedAlong(of: ValueFacts, axis: number, start: Bound, end: Bound, step: Bound): ValueFacts {
  const shape = of.shape!;
  const length = shape[axis];
  if (length == null || start == null || end == null || !step) return resized(of, axis, null);
  const { from, count } = slicePositions(length, start, end, step);
  if (of.values === null || count > mostValues) return resized(of, axis, count);
  const picks = Array.from({ length: count }, (_, index) => from + index * step);
  return withValues(resized(of, axis, count), takeAlong(of.values, shape, axis, picks));
}

function resized(of: ValueFacts, axis: number, length: number | null): ValueFacts {
  return facts(
    of.elementType,
    of.shape!.map((size, index) => (index === axis ? length : size)),
  );
}

const split: ShapeRule = (at) => {
  const input = inputFacts(at, 0);
  const parts = at.node.outputs.length;
  const { shape } = input;
  if (shape === null) return at.node.outputs.map(() => facts(input.elementType, null));
  const axis = frontAxis(intAttribute(at.node, "axis") ?? 0, shape.length);
  const lengths =
    intsAttribute(at.node, "split") ?? (at.node.inputs[1] ? inputFacts(at, 1).values : undefined);
  const whole = shape[axis] ?? null;
  let end: number | null = 0;
  return at.node.outputs.map((_, part) => {
    const even =
      whole === null ? null : Math.min(Math.ceil(whole / parts), whole - part * Math.ceil(whole / parts));
    const length = lengths === undefined ? even : (lengths?.[part] ?? null);
    const start = end;
    end = start === null || length === null ? null : start + length;
    return start === null || end === null
      ? resized(input, axis, length)
      : slicedAlong(input, axis, start, end, 1);
  });
};

const gatherElements: ShapeRule = (at) => [facts(inputFacts(at, 0).elementType, inputFacts(at, 1).shape)];

const gatherNd: ShapeRule = (at) => {
  const [data, indices] = [inputFacts(at, 0), inputFacts(at, 1)];
  const depth = indices.shape?.at(-1);
  if (data.shape === null || indices.shape === null || typeof depth !== "number") return [unknownFacts];
  const batch = intAttribute(at.node, "batch_dims") ?? 0;
  return [facts(data.elementType, [...indices.shape.slice(0, -1), ...data.shape.slice(batch + depth)])];
};

const likeFirstInput = (at: RuleInput) => [{ ...inputFacts(at, 0), values: null }];

export const selectionRules: Readonly<Record<string, ShapeRule>> = {
  Concat: concat,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  Slice: slice,
  Split: split,
  ScatterND: likeFirstInput,
  ScatterElements: likeFirstInput,
  Trilu: likeFirstInput,
  CumSum: likeFirstInput,
  ReverseSequence: likeFirstInput,
};
