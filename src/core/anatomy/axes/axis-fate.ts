// What becomes of one axis of a value when a node reads it: the question behind every search for patches and tokens.
import type { Node } from "../../onnx/model.ts";
import { frontAxis, type RuleInput, type Shape, type ValueFacts } from "../../onnx/shapes/facts.ts";

export type AxisFate =
  /** It is this axis of the result, and every position is made of the same position. */
  | { readonly kind: "kept"; readonly axis: number }
  /** It is this axis of the result, and every position is made of several. */
  | { readonly kind: "blended"; readonly axis: number }
  /** Some positions were taken, in this order; without an axis only one is left, and its axis is gone. */
  | { readonly kind: "picked"; readonly axis: number | null; readonly positions: readonly number[] }
  /** It is a stretch of a longer axis, from `offset` on. */
  | { readonly kind: "joined"; readonly axis: number; readonly offset: number; readonly length: number }
  /** All positions were made one. */
  | { readonly kind: "merged"; readonly how: "mean" | "maximum" | "sum" }
  /** It cannot be told, or the axis was mixed with others. */
  | { readonly kind: "lost" };

/** An axis of one input of a node, on its way to one output. */
export interface AxisStep extends RuleInput {
  readonly node: Node;
  readonly facts: readonly ValueFacts[];
  /** Which of the node's inputs. */
  readonly place: number;
  /** Which of the node's outputs. */
  readonly output: number;
  /** Counted from the front. */
  readonly axis: number;
  /** Shape of the input. */
  readonly from: Shape;
  /** Shape of the output. */
  readonly to: Shape;
  /** Shapes of all outputs. */
  readonly outputs: readonly (Shape | null)[];
  /** Version of the standard operators. */
  readonly opset: number;
}

export type AxisRule = (step: AxisStep) => AxisFate;

export const lost: AxisFate = { kind: "lost" };

export function kept(axis: number): AxisFate {
  return { kind: "kept", axis };
}

export function blended(axis: number): AxisFate {
  return { kind: "blended", axis };
}

/** An axis attribute, counted from the front of the input. */
export function inputAxis(step: AxisStep, axis: number): number {
  return frontAxis(axis, step.from.length);
}
