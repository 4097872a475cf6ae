// Adds up what arrives at one value from its readers; parts that were cut out of it are put side by side instead.
import type { GraphCore, Ref } from "./graph-builder.ts";
import type { Operations } from "./operations.ts";

type Builder = GraphCore & Operations;

/**
 * The sum, in the shape of `value`; null where nothing arrives.
 * @param ofSeveral what becomes of the sum where it has more than one part.
 */
export function accumulate(
  builder: Builder,
  value: Ref,
  arriving: readonly Ref[],
  ofSeveral: (sum: Ref) => Ref = (sum) => sum,
): Ref | null {
  const [first, ...others] = joinedPieces(builder, arriving);
  if (first === undefined) return null;
  const sum = builder.expand(
    others.reduce((total, each) => builder.add(total, each), first),
    builder.dims(value),
  );
  return others.length === 0 ? sum : ofSeveral(sum);
}

/** Zeros around a part of an axis. */
interface Piece {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly part: Ref;
}

/** Pieces of one axis that do not overlap become one Concat, as q, k and v cut out of one product do. */
function joinedPieces(builder: Builder, arriving: readonly Ref[]): readonly Ref[] {
  const pieces = arriving.map((ref) => pieceOf(builder, ref));
  const axis = pieces.find((piece) => piece !== null)?.axis;
  const along = pieces.filter((piece) => piece !== null && piece.axis === axis) as readonly Piece[];
  const sorted = [...along].sort((a, b) => a.start - b.start);
  const overlap = sorted.some(({ start }, place) => place > 0 && start < sorted[place - 1]!.end);
  if (axis === undefined || sorted.length < 2 || overlap) return arriving;
  const whole = arriving[pieces.indexOf(sorted[0]!)]!;
  const rest = arriving.filter((_, place) => pieces[place]?.axis !== axis);
  return [concatenated(builder, sorted, builder.dims(whole)), ...rest];
}

function pieceOf(builder: Builder, ref: Ref): Piece | null {
  const node = builder.producer(ref);
  if (node?.opType !== "Pad" || builder.opset < 11) return null;
  const [part, padsRef] = node.inputs as readonly [Ref, Ref];
  const pads = builder.numbers(padsRef)!;
  const dims = builder.dims(ref);
  const padded = dims.flatMap((_, axis) => (pads[axis] || pads[axis + dims.length] ? [axis] : []));
  if (padded.length !== 1) return null;
  const [axis] = padded as [number];
  return { axis, start: pads[axis]!, end: dims[axis]! - pads[axis + dims.length]!, part };
}

function concatenated(builder: Builder, pieces: readonly Piece[], whole: readonly number[]): Ref {
  const { axis } = pieces[0]!;
  const elementType = builder.elementType(pieces[0]!.part);
  const parts: Ref[] = [];
  let at = 0;
  const fillUpTo = (end: number) => {
    const gap = whole.map((size, place) => (place === axis ? end - at : size));
    if (end > at) parts.push(builder.zeros(elementType, gap));
  };
  for (const { start, end, part } of pieces) {
    fillUpTo(start);
    parts.push(part);
    at = end;
  }
  fillUpTo(whole[axis]!);
  return builder.concat(parts, axis);
}
