// Shape rules of operators that give the same elements another shape, and of those that ask for shapes.
import { intAttribute, intsAttribute, tensorAttribute } from "../attributes.ts";
import { ElementType } from "../model.ts";
import { tensorNumbers } from "../tensor-numbers.ts";
import { permuted } from "./elements.ts";
import {
  axesOf,
  broadcast,
  facts,
  frontAxis,
  inputFacts,
  listFacts,
  mostValues,
  type Shape,
  type ShapeRule,
  sizeOf,
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
  return [
    facts(
      input.elementType,
      order.map((axis) => shape[axis] ?? null),
      permuted(input.values, shape, order),
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
  if (axes === undefined && shape.includes(null)) return [facts(input.elementType, null, input.values)];
  const dropped = new Set(axes?.map((axis) => frontAxis(axis, shape.length)));
  const isKept = (each: number | null, axis: number) =>
    axes === undefined ? each !== 1 : !dropped.has(axis);
  return [facts(input.elementType, shape.filter(isKept), input.values)];
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
  const isPossible = count !== null && Number.isInteger(count) && count >= 0 && count <= mostValues;
  if (!isPossible || from.values === null) return null;
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

export const layoutRules: Readonly<Record<string, ShapeRule>> = {
  Shape: shapeOf,
  Size: size,
  Reshape: reshape,
  Transpose: transpose,
  Flatten: flatten,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Expand: expand,
  Tile: tile,
  ConstantOfShape: constantOfShape,
};
