// Attention and signed matrices of its shape, small and made up, for unit tests of methods.
import fc from "fast-check";
import type { AttentionStack } from "../../src/core/attribution/tensors.ts";

/** Rows sum to 1; values come from the list, layer by layer and head by head; the head reads token 0. */
export function attentionStack(
  raw: readonly number[],
  layers: number,
  heads: number,
  tokens: number,
): AttentionStack {
  const stack = matrixStack(raw, layers, heads, tokens);
  for (const layer of stack.layers)
    for (let start = 0; start < layer.length; start += tokens) {
      const row = Array.from(layer.subarray(start, start + tokens));
      const sum = row.reduce((total, cell) => total + cell, 0);
      layer.set(
        row.map((cell) => cell / sum),
        start,
      );
    }
  return stack;
}

/** Values as they come, for gradients and scores. */
export function matrixStack(
  raw: readonly number[],
  layers: number,
  heads: number,
  tokens: number,
): AttentionStack {
  const size = heads * tokens * tokens;
  const matrices = Array.from({ length: layers }, (_, l) =>
    Float64Array.from(raw.slice(l * size, (l + 1) * size)),
  );
  return { layers: matrices, heads, tokens, prefixTokens: 1, outputTokens: [0] };
}

/** Up to 4 layers of 3 heads of 6 tokens; the head reads one token or several. */
const anyShape = fc
  .record({
    layers: fc.integer({ min: 1, max: 4 }),
    heads: fc.integer({ min: 1, max: 3 }),
    tokens: fc.integer({ min: 3, max: 6 }),
    prefixTokens: fc.integer({ min: 0, max: 2 }),
  })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      outputTokens: fc.uniqueArray(fc.integer({ min: 0, max: shape.tokens - 1 }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  );

/** Attention, and gradients and scores of its shape. */
export const anyStacks = anyShape.chain(
  ({ shape: { layers, heads, tokens, prefixTokens }, outputTokens }) => {
    const length = layers * heads * tokens * tokens;
    const list = (minimum: number, maximum: number) =>
      fc.array(fc.double({ min: minimum, max: maximum, noNaN: true }), {
        minLength: length,
        maxLength: length,
      });
    const reading = { prefixTokens, outputTokens };
    return fc
      .record({ attention: list(0.01, 1), gradient: list(-1, 1), scores: list(-4, 4) })
      .map(({ attention, gradient, scores }) => ({
        attention: { ...attentionStack(attention, layers, heads, tokens), ...reading },
        attentionGradient: { ...matrixStack(gradient, layers, heads, tokens), ...reading },
        scores: { ...matrixStack(scores, layers, heads, tokens), ...reading },
      }));
  },
);

/** Row-major matrices as nested lists, for oracles that read like their formulas. */
export type Dense = readonly (readonly number[])[];

/** `[H][N][N]` of one layer. */
export function denseHeads({ layers, heads, tokens }: AttentionStack, layer: number): readonly Dense[] {
  return Array.from({ length: heads }, (_, h) =>
    dense(tokens, (i, j) => layers[layer][(h * tokens + i) * tokens + j]),
  );
}

export function dense(size: number, entry: (i: number, j: number) => number): Dense {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => entry(i, j)));
}

export function identity(size: number): Dense {
  return dense(size, (i, j) => Number(i === j));
}

export function multiply(a: Dense, b: Dense): Dense {
  return dense(a.length, (i, j) => a[i].reduce((sum, each, k) => sum + each * b[k][j], 0));
}

/** The mean of a list of numbers. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The mean of the rows that the head reads, without prefix tokens. */
export function readPatches(
  matrix: Dense,
  { outputTokens, prefixTokens }: AttentionStack,
): readonly number[] {
  return matrix[0].map((_, j) => mean(outputTokens.map((t) => matrix[t][j]))).slice(prefixTokens);
}
