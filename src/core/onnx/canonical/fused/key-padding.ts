// Masks over keys as com.microsoft's attention operators take them: 1 to look at, 0 to leave out, or a count of keys.
import { ElementType } from "../../model.ts";
import type { GraphView } from "../graph-view.ts";
import type { Emitter } from "../rewrite.ts";
import { maskBias } from "./attention-steps.ts";

export interface KeyPadding {
  /** `[B,M]`, `[B,N,M]`, or the number of keys, `[1]`. */
  readonly mask: string | undefined;
  readonly elementType: number;
  /** What is added to the scores of keys to leave out. */
  readonly hidden: number;
  /** M; needed for masks that count. */
  readonly keys: number | null;
}

/** @returns biases that broadcast to `[B,H,N,M]`; null for kinds of masks that only text models have. */
export function paddingBiases(
  { mask, elementType, hidden, keys }: KeyPadding,
  view: GraphView,
  emit: Emitter,
): readonly string[] | null {
  if (!mask) return [];
  const { shape, elementType: maskType } = view.facts(mask);
  if (shape === null || shape.length === 4 || maskType === null) return null;
  const bias = (condition: string) => [maskBias(condition, elementType, hidden, emit)];
  if (shape.length === 1) {
    if (shape[0] !== 1 || keys === null) return null;
    const places = emit.filled(maskType, [keys], (place) => place);
    return bias(emit.node("Less", [places, mask]));
  }
  const condition = emit.node("Cast", [mask], { to: ElementType.bool });
  return bias(emit.node("Unsqueeze", [condition, emit.ints(shape.length === 2 ? [1, 2] : [1])]));
}
