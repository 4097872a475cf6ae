// Shape rules of elementwise operators; on small integer tensors they also compute, as exporters do with sizes.
import { floatAttribute, intAttribute } from "../attributes.ts";
import { ElementType } from "../model.ts";
import {
  broadcast,
  facts,
  inputFacts,
  knownValues,
  listFacts,
  type RuleInput,
  type ShapeRule,
  type ValueFacts,
  withValues,
} from "./facts.ts";

type Compute = (left: number, right: number) => number;

/** Same shape and element type as the first input. */
export const same: ShapeRule = (at) => [{ ...inputFacts(at, 0), values: null }];

/** Same shape and values. */
export const identity: ShapeRule = (at) => [inputFacts(at, 0)];

/** Same shape, boolean. */
export const sameShapeBoolean: ShapeRule = (at) => [facts(ElementType.bool, inputFacts(at, 0).shape)];

function unary(compute: (value: number) => number): ShapeRule {
  return (at) => {
    const input = inputFacts(at, 0);
    const values = input.values?.map((value) => (value === null ? null : compute(value))) ?? null;
    return [withValues(input, values)];
  };
}

function binary(compute: (at: RuleInput) => Compute, elementType?: number): ShapeRule {
  return (at) => {
    const [a, b] = [inputFacts(at, 0), inputFacts(at, 1)];
    const type = elementType ?? a.elementType ?? b.elementType;
    const result = facts(type, broadcast(a.shape, b.shape));
    return [
      withValues(
        result,
        elementwise([a, b], ([x, y]) => compute(at)(x!, y!)),
      ),
    ];
  };
}

/** Applies `compute` place by place; single elements are repeated. */
function elementwise(
  inputs: readonly ValueFacts[],
  compute: (values: readonly number[]) => number,
): ValueFacts["values"] {
  const lists = inputs.map(({ values }) => values);
  if (lists.some((values) => values === null)) return null;
  const known = lists as readonly (readonly (number | null)[])[];
  const length = Math.max(...known.map((values) => values.length));
  if (known.some((values) => values.length !== length && values.length !== 1)) return null;
  return Array.from({ length }, (_, index) => {
    const place = known.map((values) => values[values.length === 1 ? 0 : index]!);
    return place.includes(null as never) ? null : compute(place as readonly number[]);
  });
}

/** Integers are divided towards zero. */
const divide = (at: RuleInput): Compute =>
  isInteger(inputFacts(at, 0)) ? (x, y) => Math.trunc(x / y) : (x, y) => x / y;

/** The sign follows the divisor, unless `fmod` asks for the dividend's. */
const modulo = (at: RuleInput): Compute =>
  intAttribute(at.node, "fmod") === 1 ? (x, y) => x % y : (x, y) => ((x % y) + y) % y;

function isInteger(of: ValueFacts): boolean {
  return of.elementType === ElementType.int64 || of.elementType === ElementType.int32;
}

const truth = (value: boolean) => (value ? 1 : 0);

const variadic =
  (compute: Compute): ShapeRule =>
  (at) => {
    const shape = at.facts.map((each) => each.shape).reduce(broadcast, []);
    const result = facts(inputFacts(at, 0).elementType, shape);
    return [
      withValues(
        result,
        elementwise(at.facts, (values) => values.reduce((x, y) => compute(x, y))),
      ),
    ];
  };

const where: ShapeRule = (at) => {
  const [condition, yes, no] = [inputFacts(at, 0), inputFacts(at, 1), inputFacts(at, 2)];
  const shape = [condition, yes, no].map((each) => each.shape).reduce(broadcast);
  const values = elementwise([condition, yes, no], ([test, x, y]) => (test ? x! : y!));
  return [withValues(facts(yes.elementType ?? no.elementType, shape), values)];
};

/** Bounds are inputs since operator set 11; padding to a multiple is clipped at zero. */
const clip: ShapeRule = (at) => {
  const input = inputFacts(at, 0);
  const bound = (index: number, name: string) =>
    at.node.inputs[index] ? inputFacts(at, index).values?.[0] : floatAttribute(at.node, name);
  const [low, high] = [bound(1, "min"), bound(2, "max")];
  const isOpen = (at.node.inputs[1] && low == null) || (at.node.inputs[2] && high == null);
  const values = input.values?.map((value) => {
    return value === null || isOpen ? null : Math.min(Math.max(value, low ?? value), high ?? Infinity);
  });
  return [withValues(input, values ?? null)];
};

const cast: ShapeRule = (at) => [converted(inputFacts(at, 0), intAttribute(at.node, "to") ?? null)];

const castLike: ShapeRule = (at) => [converted(inputFacts(at, 0), inputFacts(at, 1).elementType)];

/** Integers lose their fraction, and truth is anything but 0. */
function converted(input: ValueFacts, elementType: number | null): ValueFacts {
  const result = { ...input, elementType };
  const convert = elementType === ElementType.bool ? (value: number) => truth(value !== 0) : Math.trunc;
  if (elementType !== ElementType.bool && !isInteger(result)) return result;
  return withValues(result, input.values?.map((value) => (value === null ? null : convert(value))) ?? null);
}

const range: ShapeRule = (at) => {
  const { elementType } = inputFacts(at, 0);
  const [start, limit, delta] = [0, 1, 2].map((index) => knownValues(inputFacts(at, index))?.[0]);
  if (start === undefined || limit === undefined || !delta) return [facts(elementType, [null])];
  const length = Math.max(Math.ceil((limit - start) / delta), 0);
  if (length > 4096) return [facts(elementType, [length])];
  const values = Array.from({ length }, (_, index) => start + index * delta);
  return [withValues({ ...listFacts([]), elementType, shape: [length] }, values)];
};

export const arithmeticRules: Readonly<Record<string, ShapeRule>> = {
  Add: binary(() => (x, y) => x + y),
  Sub: binary(() => (x, y) => x - y),
  Mul: binary(() => (x, y) => x * y),
  Div: binary(divide),
  Mod: binary(modulo),
  Pow: binary(() => (x, y) => x ** y),
  Equal: binary(() => (x, y) => truth(x === y), ElementType.bool),
  Less: binary(() => (x, y) => truth(x < y), ElementType.bool),
  LessOrEqual: binary(() => (x, y) => truth(x <= y), ElementType.bool),
  Greater: binary(() => (x, y) => truth(x > y), ElementType.bool),
  GreaterOrEqual: binary(() => (x, y) => truth(x >= y), ElementType.bool),
  And: binary(() => (x, y) => truth(x !== 0 && y !== 0), ElementType.bool),
  Or: binary(() => (x, y) => truth(x !== 0 || y !== 0), ElementType.bool),
  Xor: binary(() => (x, y) => truth((x !== 0) !== (y !== 0)), ElementType.bool),
  PRelu: same,
  Min: variadic(Math.min),
  Max: variadic(Math.max),
  Sum: variadic((x, y) => x + y),
  Mean: (at) => [
    facts(inputFacts(at, 0).elementType, at.facts.map(({ shape }) => shape).reduce(broadcast, [])),
  ],
  Neg: unary((value) => -value),
  Abs: unary(Math.abs),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((value) => 1 / value),
  Not: unary((value) => truth(value === 0)),
  Where: where,
  Clip: clip,
  Cast: cast,
  CastLike: castLike,
  Range: range,
};
