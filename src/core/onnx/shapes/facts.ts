// What can be known of a value without running the graph: element type, sizes, and the numbers of small tensors.
import { intsAttribute } from "../attributes.ts";
import { ElementType, type Node } from "../model.ts";

/** Sizes; null where only a run tells. */
export type Shape = readonly (number | null)[];

export interface ValueFacts {
  readonly elementType: number | null;
  /** null: even the rank is unknown. */
  readonly shape: Shape | null;
  /** The elements, row-major, of tensors that are small enough to be shapes, axes or indices. */
  readonly values: readonly (number | null)[] | null;
}

/** Tensors of more elements are data, not shape arithmetic. */
export const mostValues = 64;

/** Shapes of more axes come from broken files only. */
export const mostAxes = 64;

export const unknownFacts: ValueFacts = { elementType: null, shape: null, values: null };

/** A node, and what is known of its inputs. */
export interface RuleInput {
  readonly node: Node;
  readonly facts: readonly ValueFacts[];
}

/** What a node's outputs are, given its inputs; outputs beyond the list stay unknown. */
export type ShapeRule = (at: RuleInput) => readonly ValueFacts[];

/** The facts of input `index`, unknown where it is left out. */
export function inputFacts(at: RuleInput, index: number): ValueFacts {
  return at.facts[index] ?? unknownFacts;
}

export function facts(elementType: number | null, shape: Shape | null, values: ValueFacts["values"] = null) {
  return { elementType, shape, values } satisfies ValueFacts;
}

/** A list of integers, as shapes and axes are. */
export function listFacts(values: readonly (number | null)[]): ValueFacts {
  return facts(ElementType.int64, [values.length], values.length <= mostValues ? values : null);
}

/** Facts whose values are dropped where there are too many or their number does not fit the shape. */
export function withValues(from: ValueFacts, values: ValueFacts["values"]): ValueFacts {
  const count = from.shape === null ? null : sizeOf(from.shape);
  const isKept =
    values !== null && values.length <= mostValues && (count === null || count === values.length);
  return { ...from, values: isKept ? values : null };
}

/** Number of elements; null where a size is unknown. */
export function sizeOf(shape: Shape): number | null {
  return shape.reduce<number | null>(
    (product, size) => (product === null || size === null ? null : product * size),
    1,
  );
}

/** An axis counted from the front. */
export function frontAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** All values known, else null. */
export function knownValues(of: ValueFacts): readonly number[] | null {
  return of.values?.every((value) => value !== null) ? (of.values as readonly number[]) : null;
}

/**
 * Axes, as an attribute in older operator sets and as an input in newer ones.
 * @returns undefined where the node names none, null where they are not known.
 */
export function axesOf(at: RuleInput, inputIndex = 1): readonly number[] | null | undefined {
  const attribute = intsAttribute(at.node, "axes");
  if (attribute !== undefined) return attribute;
  if (!at.node.inputs[inputIndex]) return undefined;
  return knownValues(inputFacts(at, inputIndex));
}

/** Two shapes under NumPy's rules; a known size above 1 wins over an unknown one. */
export function broadcast(a: Shape | null, b: Shape | null): Shape | null {
  if (a === null || b === null) return null;
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, index) => {
    const left = sizeAt(a, index + a.length - rank);
    const right = sizeAt(b, index + b.length - rank);
    if (left === 1) return right;
    if (right === 1) return left;
    return left ?? right;
  });
}

function sizeAt(shape: Shape, index: number): number | null {
  return index < 0 ? 1 : shape[index]!;
}
