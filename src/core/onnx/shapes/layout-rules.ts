// Shape rules of operators that move elements about: reshape, transpose, slice, gather, concatenate and kin.
import { intAttribute, intsAttribute, tensorAttribute } from "../attributes.ts";
import { ElementType } from "../model.ts";
import { tensorNumbers } from "../tensor-numbers.ts";
import {
  axesOf,
  broadcast,
  facts,
  frontAxis,
  inputFacts,
  knownValues,
  listFacts,
  mostValues,
  type RuleInput,
  type Shape,
  type ShapeRule,
  sizeOf,
  unknownFacts,
  type ValueFacts,
  withValues,
} from "./facts.ts";

const shapeOf: ShapeRule = (at) => {
  const { shape } = inputFacts(at, 0);
  if (shape === null) return [facts(ElementType.int64, [null])];
  const start = intAttribute(at.node, "start") ?? 0;
  const end = intAttribute(at.node, "end") ?? shape.length;
  return [listFacts(shape.slice(start, end))];
};

const size: ShapeRule = (at) => {
  const { shape } = inputFacts(at, 0);
  return [facts(ElementType.int64, [], [shape === null ? null : sizeOf(shape)])];
};

const reshape: ShapeRule = (at) => {
  const input = inputFacts(at, 0);
  const target = inputFacts(at, 1).values ?? intsAttribute(at.node, "shape");
  if (target === undefined) {
    const rank = inputFacts(at, 1).shape?.[0];
    return [facts(input.elementType, typeof rank === "number" ? Array<null>(rank).fill(null) : null)];
  }
  const copiesZero = intAttribute(at.node, "allowzero") !== 1;
  const wanted = target.map((each, index) =>
    each === 0 && copiesZero ? (input.shape?.[index] ?? null) : each,
  );
  return [withValues(facts(input.elementType, fillIn(wanted, input.shape)), input.values)];
};

/** Puts a size in the place of the -1, or of the only unknown, where the number of elements tells it. */
function fillIn(wanted: Shape, from: Shape | null): Shape {
  const total = from === null ? null : sizeOf(from);
  const isOpen = (each: number | null) => each === -1 || each === null;
  if (wanted.filter(isOpen).length !== 1 || total === null)
    return wanted.map((each) => (isOpen(each) ? null : each));
  const others = sizeOf(wanted.filter((each) => !isOpen(each)))!;
  return wanted.map((each) => (isOpen(each) ? wholeQuotient(total, others) : each));
}

function wholeQuotient(total: number, divisor: number): number | null {
  return divisor > 0 && total % divisor === 0 ? total / divisor : null;
}

const transpose: ShapeRule = (at) => {
  const input = inputFacts(at, 0);
  if (input.shape === null) return [{ ...input, values: null }];
  const { shape } = input;
  const order = intsAttribute(at.node, "perm") ?? shape.map((_, axis) => shape.length - 1 - axis);
  const values = shape.length < 2 ? input.values : null;
  return [
    facts(
      input.elementType,
      order.map((axis) => shape[axis] ?? null),
      values,
    ),
  ];
};

const flatten: ShapeRule = (at) => {
  const { shape, elementType } = inputFacts(at, 0);
  if (shape === null) return [facts(elementType, [null, null])];
  const axis = frontAxis(intAttribute(at.node, "axis") ?? 1, shape.length);
  return [facts(elementType, [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))])];
};

const unsqueeze: ShapeRule = (at) => {
  const input = inputFacts(at, 0);
  const axes = axesOf(at);
  if (!axes || input.shape === null) return [facts(input.elementType, null, input.values)];
  const rank = input.shape.length + axes.length;
  const inserted = new Set(axes.map((axis) => frontAxis(axis, rank)));
  const kept = input.shape.values();
  const shape = Array.from({ length: rank }, (_, axis) =>
    inserted.has(axis) ? 1 : (kept.next().value ?? null),
  );
  return [facts(input.elementType, shape, input.values)];
};

const squeeze: ShapeRule = (at) => {
  const input = inputFacts(at, 0);
  const axes = axesOf(at);
  if (input.shape === null || axes === null) return [facts(input.elementType, null, input.values)];
  const { shape } = input;
  const dropped = new Set(axes?.map((axis) => frontAxis(axis, shape.length)));
  const isKept = (each: number | null, axis: number) =>
    axes === undefined ? each !== 1 : !dropped.has(axis);
  return [facts(input.elementType, shape.filter(isKept), input.values)];
};

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
  const values = lists.includes(null) || first.length > 1 ? null : lists.flatMap((each) => each!);
  return [withValues(facts(elementType, shape), values)];
};

const gather: ShapeRule = (at) => {
  const [data, indices] = [inputFacts(at, 0), inputFacts(at, 1)];
  if (data.shape === null || indices.shape === null) return [facts(data.elementType, null)];
  const axis = frontAxis(intAttribute(at.node, "axis") ?? 0, data.shape.length);
  const shape = [...data.shape.slice(0, axis), ...indices.shape, ...data.shape.slice(axis + 1)];
  const picks = knownValues(indices);
  const { values } = data;
  const picked =
    data.shape.length === 1 && picks && values
      ? picks.map((index) => values[frontAxis(index, values.length)] ?? null)
      : null;
  return [withValues(facts(data.elementType, shape), picked)];
};

const slice: ShapeRule = (at) => {
  const data = inputFacts(at, 0);
  const { shape } = data;
  if (shape === null) return [facts(data.elementType, null)];
  const list = (name: string, index: number) => intsAttribute(at.node, name) ?? inputFacts(at, index).values;
  const [starts, ends] = [list("starts", 1), list("ends", 2)];
  const axes = axesOf(at, 3) ?? starts?.map((_, index) => index);
  const steps = at.node.inputs[4] ? inputFacts(at, 4).values : axes?.map(() => 1);
  if (!starts || !ends || !axes || !steps)
    return [
      facts(
        data.elementType,
        shape.map(() => null),
      ),
    ];
  const sliced: (number | null)[] = [...shape];
  let values = shape.length === 1 ? data.values : null;
  for (const [index, axis] of axes.entries()) {
    const place = frontAxis(axis, shape.length);
    const picked = slicedRange(shape[place] ?? null, starts[index], ends[index], steps[index]);
    sliced[place] = picked?.count ?? null;
    const from = values;
    values = picked && from && picked.count <= mostValues ? picksOf(from, picked) : null;
  }
  return [withValues(facts(data.elementType, sliced), values)];
};

interface SlicedRange {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** The places that `start:end:step` picks out of `length`. */
function slicedRange(
  length: number | null,
  start: number | null | undefined,
  end: number | null | undefined,
  step: number | null | undefined,
): SlicedRange | null {
  if (length === null || start == null || end == null || !step) return null;
  const clamp = (value: number, low: number, high: number) =>
    Math.min(Math.max(value < 0 ? value + length : value, low), high);
  const last = step > 0 ? length : length - 1;
  const from = clamp(start, 0, last);
  const to = clamp(end, step > 0 ? 0 : -1, last);
  return { start: from, step, count: Math.max(Math.ceil((to - from) / step), 0) };
}

function picksOf(values: readonly (number | null)[], range: SlicedRange): (number | null)[] {
  return Array.from({ length: range.count }, (_, index) => values[range.start + index * range.step] ?? null);
}

const split: ShapeRule = (at) => {
  const { shape, elementType } = inputFacts(at, 0);
  const parts = at.node.outputs.length;
  if (shape === null) return at.node.outputs.map(() => facts(elementType, null));
  const axis = frontAxis(intAttribute(at.node, "axis") ?? 0, shape.length);
  const lengths = intsAttribute(at.node, "split") ?? inputFacts(at, 1).values;
  const whole = shape[axis] ?? null;
  return at.node.outputs.map((_, part) => {
    const even =
      whole === null ? null : Math.min(Math.ceil(whole / parts), whole - part * Math.ceil(whole / parts));
    const length = lengths ? (lengths[part] ?? null) : even;
    return facts(
      elementType,
      shape.map((size, index) => (index === axis ? length : size)),
    );
  });
};

const expand: ShapeRule = (at) => {
  const input = inputFacts(at, 0);
  const target = inputFacts(at, 1);
  const shape = broadcast(input.shape, target.values ?? unknownOfRank(target.shape));
  const repeated = repeatedValue(input, shape);
  return [withValues(facts(input.elementType, shape), repeated)];
};

const tile: ShapeRule = (at) => {
  const { shape, elementType } = inputFacts(at, 0);
  const repeats = inputFacts(at, 1).values;
  const tiled = shape?.map((each, axis) => product(each, repeats?.[axis] ?? null)) ?? null;
  return [facts(elementType, tiled)];
};

const constantOfShape: ShapeRule = (at) => {
  const value = tensorAttribute(at.node, "value");
  const shape = inputFacts(at, 0).values ?? unknownOfRank(inputFacts(at, 0).shape);
  const number = value === undefined ? 0 : (tensorNumbers(value)?.[0] ?? null);
  const elementType = value?.elementType ?? ElementType.float32;
  return [withValues(facts(elementType, shape), repeatedValue(facts(elementType, [], [number]), shape))];
};

/** The only value of `from`, once for every element of `shape`. */
function repeatedValue(from: ValueFacts, shape: Shape | null): ValueFacts["values"] {
  const count = shape === null ? null : sizeOf(shape);
  if (count === null || count > mostValues || from.values === null) return null;
  if (from.values.length === count) return from.values;
  return from.values.length === 1 ? Array<number | null>(count).fill(from.values[0]!) : null;
}

function unknownOfRank(list: Shape | null): Shape | null {
  const rank = list?.[0];
  return typeof rank === "number" && rank < mostValues ? Array<null>(rank).fill(null) : null;
}

function product(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a * b;
}

const gatherElements: ShapeRule = (at) => [facts(inputFacts(at, 0).elementType, inputFacts(at, 1).shape)];

const gatherNd: ShapeRule = (at) => {
  const [data, indices] = [inputFacts(at, 0), inputFacts(at, 1)];
  const depth = indices.shape?.at(-1);
  if (data.shape === null || indices.shape === null || typeof depth !== "number") return [unknownFacts];
  const batch = intAttribute(at.node, "batch_dims") ?? 0;
  return [facts(data.elementType, [...indices.shape.slice(0, -1), ...data.shape.slice(batch + depth)])];
};

const firstInputShape = (at: RuleInput) => [{ ...inputFacts(at, 0), values: null }];

export const layoutRules: Readonly<Record<string, ShapeRule>> = {
  Shape: shapeOf,
  Size: size,
  Reshape: reshape,
  Transpose: transpose,
  Flatten: flatten,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Concat: concat,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  Slice: slice,
  Split: split,
  Expand: expand,
  Tile: tile,
  ConstantOfShape: constantOfShape,
  ScatterND: firstInputShape,
  ScatterElements: firstInputShape,
  Trilu: firstInputShape,
  CumSum: firstInputShape,
  ReverseSequence: firstInputShape,
};
