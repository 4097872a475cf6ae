// The steps that every fused attention operator stands for: scores, masks, softmax, mixture of values.
import { ElementType } from "../../model.ts";
import type { Emitter } from "../rewrite.ts";

/** Attention with its heads split. */
export interface AttentionSteps {
  /** `[B,H,N,d]` */
  readonly queries: string;
  /** `[B,H,d,M]` */
  readonly transposedKeys: string;
  /** `[B,H,M,d]` */
  readonly values: string;
  readonly elementType: number;
  readonly scale: number;
  /** Bends the scaled scores to within plus and minus this; 0 leaves them. */
  readonly softCap: number;
  /** Added to the scores, in this order; each broadcasts to `[B,H,N,M]`. */
  readonly biases: readonly string[];
}

/** @returns the mixed values, `[B,H,N,d]`. */
export function emitAttention(steps: AttentionSteps, emit: Emitter, output?: string): string {
  const number = (value: number) => emit.constant(steps.elementType, [], [value]);
  const products = emit.node("MatMul", [steps.queries, steps.transposedKeys]);
  const scaled = emit.node("Mul", [products, number(steps.scale)]);
  const capped = bent(scaled, steps.softCap, number, emit);
  const biased = steps.biases.reduce((scores, bias) => emit.node("Add", [scores, bias]), capped);
  const attention = emit.node("Softmax", [biased], { axis: -1 });
  return emit.node("MatMul", [attention, steps.values], {}, output);
}

function bent(scores: string, softCap: number, number: (value: number) => string, emit: Emitter): string {
  if (softCap === 0) return scores;
  const cap = number(softCap);
  return emit.node("Mul", [emit.node("Tanh", [emit.node("Div", [scores, cap])]), cap]);
}

/** `[B,N,H*d]` as `[B,H,N,d]`, or as `[B,H,d,N]` for the right side of the product of queries and keys. */
export function splitHeads(rows: string, heads: number, emit: Emitter, isTransposed = false): string {
  const split = emit.node("Reshape", [rows, emit.ints([0, 0, heads, -1])]);
  return emit.node("Transpose", [split], { perm: isTransposed ? [0, 2, 3, 1] : [0, 2, 1, 3] });
}

/** `[B,H,N,d]` as `[B,N,H*d]`. */
export function mergeHeads(values: string, emit: Emitter, output: string): void {
  const rows = emit.node("Transpose", [values], { perm: [0, 2, 1, 3] });
  emit.node("Reshape", [rows, emit.ints([0, 0, -1])], {}, output);
}

/** What is added to scores where nobody shall look: minus the largest number of the type. */
export function lowest(elementType: number): number {
  return elementType === ElementType.float16 ? -65504 : -3.4028234663852886e38;
}

/** 0 for keys up to the query's own place, the lowest number after it; `[N,M]`. */
export function causalBias(elementType: number, queries: number, keys: number, emit: Emitter): string {
  const hidden = lowest(elementType);
  return emit.filled(elementType, [queries, keys], (place) =>
    place % keys > Math.floor(place / keys) ? hidden : 0,
  );
}

/** 0 where `mask` is true, else `hidden`. */
export function maskBias(mask: string, elementType: number, hidden: number, emit: Emitter): string {
  const [zero, low] = [0, hidden].map((value) => emit.constant(elementType, [], [value]));
  return emit.node("Where", [mask, zero!, low!]);
}
