// Axes as what they are made of: stretches of the picture's rows and columns, cut, moved and joined by reshapes.
import type { Shape } from "../../onnx/shapes/facts.ts";

export type Side = "rows" | "columns";

/** A part of an axis along which rows or columns go by in equal steps, or anything else. */
export interface Stretch {
  readonly of: Side | null;
  /** null where only a run tells. */
  readonly size: number | null;
  /** Rows or columns from one position to the next. */
  readonly step: number;
}

/** An axis, from its outermost stretch to its innermost. */
export interface MadeAxis {
  readonly stretches: readonly Stretch[];
  /** Positions before the first that the stretches tell of, such as class tokens. */
  readonly first: number;
  /** Length of the axis; longer than its stretches where other positions are before or behind. */
  readonly length: number | null;
}

/** An axis of which nothing is known. */
export function plainAxis(length: number | null): MadeAxis {
  return { stretches: [{ of: null, size: length, step: 1 }], first: 0, length };
}

/** All rows or all columns, one after the other. */
export function wholeAxis(of: Side, length: number | null): MadeAxis {
  return { stretches: [{ of, size: length, step: 1 }], first: 0, length };
}

export function isPlain({ stretches }: MadeAxis): boolean {
  return stretches.every(({ of }) => of === null);
}

/** Whether positions stand beside those that the stretches tell of. */
export function hasOthers({ stretches, length }: MadeAxis): boolean {
  const count = stretches.reduce<number | null>(
    (product, { size }) => (product === null || size === null ? null : product * size),
    1,
  );
  return count !== null && length !== null && count !== length;
}

/**
 * The axes after elements were only given another shape, from stretches that are cut and joined. What does not fit,
 * and what is behind it, is told no more.
 */
export function reshapedAxes(axes: readonly MadeAxis[], to: Shape): readonly MadeAxis[] {
  const waiting = axes.flatMap((axis): Piece[] => {
    if (hasOthers(axis)) return [{ size: axis.length, axis }];
    return axis.stretches.map((stretch) => ({ size: stretch.size, stretch }));
  });
  let isLost = false;
  return to.map((length) => {
    const taken = isLost || length === null ? null : takeFrom(waiting, length);
    isLost ||= taken === null;
    if (taken === null) return plainAxis(length);
    const [only] = taken;
    if (taken.length === 1 && only !== undefined && "axis" in only) return only.axis;
    if (taken.some((piece) => "axis" in piece)) return plainAxis(length);
    const stretches = joined(taken.flatMap((piece) => ("stretch" in piece ? [piece.stretch] : [])));
    return { stretches, first: 0, length };
  });
}

/** A stretch, or an axis that cannot be cut. */
type Piece =
  | { readonly size: number | null; readonly stretch: Stretch }
  | { readonly size: number | null; readonly axis: MadeAxis };

/** Takes pieces of `length` together from the front, the last one cut where it is longer; null where none fit. */
function takeFrom(waiting: Piece[], length: number): readonly Piece[] | null {
  const taken: Piece[] = [];
  let product = 1;
  while (product < length) {
    const piece = waiting.shift();
    if (piece?.size == null) return null;
    if (piece.size === 1) continue;
    const needed = length / product;
    if (piece.size <= needed) {
      taken.push(piece);
      product *= piece.size;
      continue;
    }
    const inner = piece.size / needed;
    if (!("stretch" in piece) || !Number.isInteger(needed) || !Number.isInteger(inner)) return null;
    const { of, step } = piece.stretch;
    taken.push({ size: needed, stretch: { of, size: needed, step: step * inner } });
    waiting.unshift({ size: inner, stretch: { of, size: inner, step } });
    product = length;
  }
  return product === length ? taken : null;
}

/** Neighbours that go on where the inner one ends become one. */
function joined(stretches: readonly Stretch[]): readonly Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches) {
    const outer = result.at(-1);
    const isNext =
      outer?.of === stretch.of && (stretch.of === null || outer.step === stretch.size! * stretch.step);
    if (outer !== undefined && isNext)
      result[result.length - 1] = { ...stretch, size: outer.size! * stretch.size! };
    else result.push(stretch);
  }
  return result.length === 0 ? [{ of: null, size: 1, step: 1 }] : result;
}
