// Puts elements back to the places along an axis that they were taken from, without a scatter operator.
import type { GraphCore, Ref } from "./graph-builder.ts";
import type { Operations } from "./operations.ts";

type Builder = GraphCore & Operations;

/**
 * The transpose of picking `picks` along `axis`: element i goes to place `picks[i]`, places that were picked twice
 * get the sum, others zero.
 * @param length size of the axis in the result.
 */
export function scatterAlong(
  builder: Builder,
  x: Ref,
  axis: number,
  picks: readonly number[],
  length: number,
): Ref {
  if (picks.every((pick, index) => pick === picks[0]! + index)) {
    return builder.pad(x, axis, picks[0] ?? 0, length - (picks[0] ?? 0) - picks.length);
  }
  const strided = stridedPlaces(builder, x, axis, picks, length);
  if (strided !== null) return strided;
  const dims = builder.dims(x).map((size, place) => (place === axis ? 1 : size));
  const withZero = builder.concat([x, builder.zeros(builder.elementType(x), dims)], axis);
  const rounds = sourcesByRound(picks, length).map((sources) =>
    builder.emit("Gather", [withZero, builder.integers(sources)], { axis }),
  );
  return rounds.reduce((sum, round) => builder.add(sum, round));
}

/** Every `step`-th place of a whole number of steps, as in rotary embeddings: a pad along an axis of its own. */
function stridedPlaces(
  builder: Builder,
  x: Ref,
  axis: number,
  picks: readonly number[],
  length: number,
): Ref | null {
  const step = (picks[1] ?? 0) - picks[0]!;
  const isStrided =
    step > 1 && length === step * picks.length && picks.every((pick, i) => pick === picks[0]! + i * step);
  if (!isStrided) return null;
  const dims = builder.dims(x);
  const single = builder.reshape(x, [...dims.slice(0, axis + 1), 1, ...dims.slice(axis + 1)]);
  const padded = builder.pad(single, axis + 1, picks[0]!, step - 1 - picks[0]!);
  return builder.reshape(padded, [...dims.slice(0, axis), length, ...dims.slice(axis + 1)]);
}

/** For each place the element that went there first, then those that went there second, ...; the zero elsewhere. */
function sourcesByRound(picks: readonly number[], length: number): readonly (readonly number[])[] {
  const zero = picks.length;
  const rounds: number[][] = [];
  const seen = Array<number>(length).fill(0);
  for (const [source, place] of picks.entries()) {
    const round = seen[place]!++;
    rounds[round] ??= Array<number>(length).fill(zero);
    rounds[round][place] = source;
  }
  return rounds;
}
