// Recognises the parts of a layer normalisation: differences from the mean, variances, standard deviations.
import { intAttribute } from "../../attributes.ts";
import type { Node } from "../../model.ts";
import { frontAxis } from "../../shapes/facts.ts";
import type { GraphView } from "../graph-view.ts";

/** What a statistic is taken of. */
export interface Extent {
  readonly input: string;
  /** The first of the axes it is taken over; the others follow it to the last. */
  readonly axis: number;
}

export interface Deviation extends Extent {
  /** What is added to the variance under the root. */
  readonly epsilon: number;
}

export function isSameExtent(a: Extent | null, b: Extent | null): boolean {
  return a !== null && a.input === b?.input && a.axis === b.axis;
}

/** The two ways to read the inputs of an operator whose order does not matter. */
export function bothOrders(node: Node | undefined): readonly (readonly [string, string])[] {
  const [a, b] = node?.inputs ?? [];
  if (a === undefined || b === undefined) return [];
  return [
    [a, b],
    [b, a],
  ];
}

/** mean(x), with its axes kept */
export function meanOf(name: string | undefined, view: GraphView): Extent | null {
  const node = view.producer(name, "ReduceMean");
  const input = node?.inputs[0];
  const rank = view.shape(input)?.length;
  const axes = view.numbers(node?.inputs[1]);
  if (!node || !input || rank === undefined || !axes?.length || intAttribute(node, "keepdims") === 0)
    return null;
  const sorted = axes.map((axis) => frontAxis(axis, rank)).sort((a, b) => a - b);
  const isLast = sorted.every((axis, place) => axis === rank - sorted.length + place);
  return isLast ? { input, axis: sorted[0]! } : null;
}

/** x - mean(x) */
export function differenceFromMean(name: string | undefined, view: GraphView): Extent | null {
  const [input, subtracted] = view.producer(name, "Sub")?.inputs ?? [];
  const mean = meanOf(subtracted, view);
  return mean?.input === input ? mean : null;
}

/** sqrt(variance + epsilon) */
export function deviation(name: string | undefined, view: GraphView): Deviation | null {
  return biasedVariance(underRoot(name, 0.5, view), view);
}

/** 1 / sqrt(variance + epsilon) */
export function inverseDeviation(name: string | undefined, view: GraphView): Deviation | null {
  const node = view.producer(name);
  if (node?.opType === "Reciprocal") return deviation(node.inputs[0], view);
  if (node?.opType === "Div" && view.scalar(node.inputs[0]) === 1) return deviation(node.inputs[1], view);
  return biasedVariance(underRoot(name, -0.5, view), view);
}

/** a, given a ^ exponent; the power of a half may be written as Sqrt. */
function underRoot(name: string | undefined, exponent: number, view: GraphView): string | undefined {
  const node = view.producer(name);
  if (node?.opType === "Sqrt" && exponent === 0.5) return node.inputs[0];
  return node?.opType === "Pow" && view.scalar(node.inputs[1]) === exponent ? node.inputs[0] : undefined;
}

/** variance + epsilon, in either order */
function biasedVariance(name: string | undefined, view: GraphView): Deviation | null {
  for (const [variance, number] of bothOrders(view.producer(name, "Add"))) {
    const epsilon = view.scalar(number);
    const extent = epsilon === null ? null : varianceOf(variance, view);
    if (epsilon !== null && extent !== null) return { ...extent, epsilon };
  }
  return null;
}

/** mean((x - mean(x))^2), or mean(x^2) - mean(x)^2, which may be kept from falling below 0 */
function varianceOf(name: string, view: GraphView): Extent | null {
  const mean = meanOf(name, view);
  const centred = differenceFromMean(squareRootOf(mean?.input, view), view);
  if (mean !== null && centred?.axis === mean.axis) return centred;
  const clamped = view.producer(name, "Max");
  const difference = bothOrders(clamped).find(([, zero]) => view.scalar(zero) === 0)?.[0] ?? name;
  const [squares, square] = view.producer(difference, "Sub")?.inputs ?? [];
  const meanSquare = meanOf(squares, view);
  const input = squareRootOf(meanSquare?.input, view);
  const squared = meanOf(squareRootOf(square, view), view);
  return squared !== null && squared.input === input && squared.axis === meanSquare?.axis ? squared : null;
}

/** a, given a * a or a ^ 2. */
function squareRootOf(name: string | undefined, view: GraphView): string | undefined {
  const node = view.producer(name);
  const [a, b] = node?.inputs ?? [];
  if (node?.opType === "Mul" && a === b) return a;
  return node?.opType === "Pow" && view.scalar(b) === 2 ? a : undefined;
}
