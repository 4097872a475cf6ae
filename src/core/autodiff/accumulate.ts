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
  const { refs, isSeveral } = joinedPieces(builder, arriving);
  if (refs.length === 0) return null;
  const sum = builder.expand(sumOf(builder, refs), builder.dims(value));
  return isSeveral ? ofSeveral(sum) : sum;
}

/** What lies between zeros along an axis. */
export interface Piece {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly part: Ref;
}

/** The piece that `ref` is with zeros around it, as rules leave it that undo a selection; null for anything else. */
export function pieceOf(builder: GraphCore, ref: Ref): Piece | null {
  const node = builder.producer(ref);
  if (node?.opType !== "Pad" || builder.opset < 11) return null;
  const [part, padsRef, value] = node.inputs as readonly [Ref, Ref, Ref?];
  const pads = builder.numbers(padsRef);
  const isZero = value === undefined || builder.numbers(value)?.[0] === 0;
  if (pads === null || !isZero || pads.some((pad) => pad < 0)) return null;
  const dims = builder.dims(ref);
  const padded = dims.flatMap((_, axis) => (pads[axis] || pads[axis + dims.length] ? [axis] : []));
  if (padded.length !== 1) return null;
  const [axis] = padded as [number];
  return { axis, start: pads[axis]!, end: dims[axis]! - pads[axis + dims.length]!, part };
}

interface Joined {
  readonly refs: readonly Ref[];
  /** Whether more than one reader sent something back to the same elements. */
  readonly isSeveral: boolean;
}

/**
 * Pieces of one axis become one: those at the same place are added, others put side by side, as q, k and v cut out
 * of one product are.
 */
function joinedPieces(builder: Builder, arriving: readonly Ref[]): Joined {
  const pieces = arriving.map((ref) => pieceOf(builder, ref));
  const axis = pieces.find((piece) => piece !== null)?.axis;
  const along = pieces.filter((piece) => piece !== null && piece.axis === axis) as readonly Piece[];
  const places = new Map<string, readonly Piece[]>();
  for (const piece of along) {
    const place = `${piece.start}:${piece.end}`;
    places.set(place, [...(places.get(place) ?? []), piece]);
  }
  const sums = [...places.values()].map((same) => {
    return {
      ...same[0]!,
      part: sumOf(
        builder,
        same.map(({ part }) => part),
      ),
    };
  });
  const sorted = sums.sort((a, b) => a.start - b.start);
  const overlap = sorted.some(({ start }, place) => place > 0 && start < sorted[place - 1]!.end);
  if (along.length < 2 || overlap) return { refs: arriving, isSeveral: arriving.length > 1 };
  const whole = builder.dims(arriving[pieces.indexOf(along[0]!)]!);
  const rest = arriving.filter((_, place) => pieces[place]?.axis !== axis);
  const isSeveral = rest.length > 0 || sums.length < along.length;
  return { refs: [sideBySide(builder, sorted, whole), ...rest], isSeveral };
}

function sumOf(builder: Builder, refs: readonly Ref[]): Ref {
  return refs.reduce((sum, each) => builder.add(sum, each));
}

function sideBySide(builder: Builder, pieces: readonly Piece[], whole: readonly number[]): Ref {
  const { axis, start } = pieces[0]!;
  const elementType = builder.elementType(pieces[0]!.part);
  const parts: Ref[] = [];
  let at = start;
  for (const piece of pieces) {
    const gap = whole.map((size, place) => (place === axis ? piece.start - at : size));
    if (piece.start > at) parts.push(builder.zeros(elementType, gap));
    parts.push(piece.part);
    at = piece.end;
  }
  return builder.pad(builder.concat(parts, axis), axis, start, whole[axis]! - at);
}
