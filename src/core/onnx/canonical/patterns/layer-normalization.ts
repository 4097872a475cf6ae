// Layer normalisation written as means, differences and a root becomes LayerNormalization.
import { intAttribute } from "../../attributes.ts";
import type { Node } from "../../model.ts";
import { frontAxis } from "../../shapes/facts.ts";
import type { GraphView } from "../graph-view.ts";
import type { Emitter, Rewrite } from "../rewrite.ts";

/** (x - mean) / sqrt(variance + epsilon) */
export const divisionByDeviation: Rewrite = (node, view, emit) => {
  const [centred, deviation] = node.inputs;
  const biased = underRoot(deviation, 0.5, view);
  return biased !== null && normalised(node, [centred!, biased], view, emit);
};

/** (x - mean) * (1 / sqrt(variance + epsilon)), in either order */
export const productWithInverse: Rewrite = (node, view, emit) => {
  for (const [centred, inverse] of [node.inputs, [...node.inputs].reverse()]) {
    const biased = underInverseRoot(inverse, view);
    if (biased !== null && normalised(node, [centred!, biased], view, emit)) return true;
  }
  return false;
};

/** Writes LayerNormalization with a scale of ones, which the factor after it replaces if there is one. */
function normalised(
  node: Node,
  [centred, biased]: readonly [string, string],
  view: GraphView,
  emit: Emitter,
): boolean {
  const variance = addends(view.producer(biased, "Add"), view);
  const mean = centring(centred, view);
  if (variance === null || mean === null || !isVariance(variance.value, mean, view)) return false;
  const { shape, elementType } = view.facts(mean.input);
  const sizes = shape?.slice(mean.axis) as readonly number[] | undefined;
  if (sizes === undefined || sizes.includes(null as never) || elementType === null) return false;
  const count = sizes.reduce((product, size) => product * size, 1);
  const ones = emit.constant(elementType, sizes, Array<number>(count).fill(1));
  const attributes = { axis: mean.axis - shape!.length, epsilon: { float: variance.number } };
  emit.node("LayerNormalization", [mean.input, ones], attributes, node.outputs[0]!);
  return true;
}

interface Centring {
  /** What the mean is taken of. */
  readonly input: string;
  /** The first of the axes it is taken over; the others follow it to the last. */
  readonly axis: number;
}

/** x - mean(x) */
function centring(name: string, view: GraphView): Centring | null {
  const difference = view.producer(name, "Sub");
  const [input, mean] = difference?.inputs ?? [];
  const axis = meanAxis(view.producer(mean, "ReduceMean"), view);
  if (input === undefined || axis === null || view.producer(mean)!.inputs[0] !== input) return null;
  return { input, axis };
}

/** The first axis of a mean over the last ones. */
function meanAxis(node: Node | undefined, view: GraphView): number | null {
  const rank = view.shape(node?.inputs[0])?.length;
  const axes = view.numbers(node?.inputs[1]);
  if (node === undefined || rank === undefined || axes === null || intAttribute(node, "keepdims") === 0)
    return null;
  const sorted = axes.map((axis) => frontAxis(axis, rank)).sort((a, b) => a - b);
  const isLast = sorted.every((axis, place) => axis === rank - sorted.length + place);
  return isLast && sorted.length > 0 ? sorted[0]! : null;
}

/** mean((x - mean)^2), where the difference may be written a second time. */
function isVariance(name: string, { input, axis }: Centring, view: GraphView): boolean {
  const mean = view.producer(name, "ReduceMean");
  const centred = squareRootOf(mean?.inputs[0], view);
  const again = centred === null ? null : centring(centred, view);
  return meanAxis(mean, view) === axis && again?.input === input && again.axis === axis;
}

/** a, given a * a or a ^ 2. */
function squareRootOf(name: string | undefined, view: GraphView): string | null {
  const node = view.producer(name);
  const [a, b] = node?.inputs ?? [];
  if (node?.opType === "Mul" && a === b) return a ?? null;
  return node?.opType === "Pow" && view.scalar(b) === 2 ? (a ?? null) : null;
}

/** a, given a ^ exponent; a half may be written as Sqrt. */
function underRoot(name: string | undefined, exponent: number, view: GraphView): string | null {
  const node = view.producer(name);
  if (node?.opType === "Sqrt" && exponent === 0.5) return node.inputs[0]!;
  return node?.opType === "Pow" && view.scalar(node.inputs[1]) === exponent ? node.inputs[0]! : null;
}

/** a, given 1 / sqrt(a). */
function underInverseRoot(name: string | undefined, view: GraphView): string | null {
  const node = view.producer(name);
  if (node?.opType === "Reciprocal") return underRoot(node.inputs[0], 0.5, view);
  if (node?.opType === "Div" && view.scalar(node.inputs[0]) === 1)
    return underRoot(node.inputs[1], 0.5, view);
  return underRoot(name, -0.5, view);
}

/** A sum with a single number, in either order. */
function addends(node: Node | undefined, view: GraphView) {
  const [a, b] = node?.inputs ?? [];
  const [first, second] = [view.scalar(a), view.scalar(b)];
  if (second !== null) return { value: a!, number: second };
  return first === null ? null : { value: b!, number: first };
}
