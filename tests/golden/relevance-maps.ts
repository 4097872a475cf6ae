// The few readings of relevance at attention maps that goldens hold, on 3 heads of 17 tokens.

const heads = 3;
const tokens = 17;

/** `[H,N,N]` */
export type Layer = ArrayLike<number>;

/** How heads become one matrix `[N,N]`. */
export const weighed = {
  /** `mean_h relu(R)` */
  relevance: (relevance: Layer): Float64Array => meanOverHeads(relevance, (value) => Math.max(value, 0)),
  /** `relu(mean_h(G R))` */
  byGradient: (relevance: Layer, gradient: Layer): Float64Array =>
    meanOverHeads(relevance, (value, index) => value * gradient[index]!).map((value) => Math.max(value, 0)),
};

function meanOverHeads(layer: Layer, of: (value: number, index: number) => number): Float64Array {
  const mean = new Float64Array(tokens * tokens);
  for (let index = 0; index < heads * mean.length; index++)
    mean[index % mean.length]! += of(layer[index]!, index) / heads;
  return mean;
}

/** What the class token takes from each patch in one layer. */
export function lastRow(relevance: Layer): Float64Array {
  return weighed.relevance(relevance).slice(1, tokens);
}

/** The class token's row of `(C + I) ... (C + I)`, last layer first; rows are brought to sum 1 where asked. */
export function rolledOut(
  layers: readonly Float64Array[],
  { start, normalises }: { readonly start: number; readonly normalises: boolean },
): Float64Array {
  let row = Float64Array.from({ length: tokens }, (_, token) => Number(token === 0));
  for (const layer of layers.slice(start).reverse()) {
    const next = new Float64Array(tokens);
    for (let i = 0; i < tokens; i++) {
      const own = layer.slice(i * tokens, (i + 1) * tokens);
      own[i]! += 1;
      const sum = normalises ? own.reduce((total, each) => total + each, 0) : 1;
      for (let j = 0; j < tokens; j++) next[j]! += (row[i]! * own[j]!) / sum;
    }
    row = next;
  }
  return row.slice(1);
}

/** `[3,32,32]` summed over colours. */
export function channelSum(picture: ArrayLike<number>): Float64Array {
  const pixels = picture.length / 3;
  return Float64Array.from({ length: pixels }, (_, pixel) =>
    [0, 1, 2].reduce((sum, channel) => sum + picture[channel * pixels + pixel]!, 0),
  );
}
