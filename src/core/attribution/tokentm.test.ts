// TokenTM, against the whole contribution matrix C of the paper.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  anyStacks,
  type Dense,
  dense,
  denseHeads,
  identity,
  mean,
  multiply,
  readPatches,
} from "../../../tests/support/attention-stacks.ts";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { tokentm } from "./tokentm.ts";

const width = 3;

type Rows = readonly (readonly number[])[];

function rowsOf(values: ArrayLike<number>): Rows {
  const all = Array.from(values);
  return all
    .filter((_, index) => index % width === 0)
    .map((_, row) => all.slice(row * width, (row + 1) * width));
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, at) => sum + value * b[at], 0);
const length = (row: readonly number[]) => Math.sqrt(dot(row, row));

/** `diag(|Ẽ_j| / (|E_j| + 1e-8) * softmax_j(cos(E_j, Ẽ_j)))` */
function w(before: Rows, after: Rows): Dense {
  const cosines = before.map((row, j) => dot(row, after[j]) / (length(row) * length(after[j])));
  const total = cosines.reduce((sum, cosine) => sum + Math.exp(cosine), 0);
  const weights = before.map(
    (row, j) => ((length(after[j]) / (length(row) + 1e-8)) * Math.exp(cosines[j])) / total,
  );
  return dense(before.length, (i, j) => (i === j ? weights[i] : 0));
}

const plus = (a: Dense, b: Dense) => dense(a.length, (i, j) => a[i][j] + b[i][j]);
const times = (a: Dense, b: Dense) => dense(a.length, (i, j) => a[i][j] * b[i][j]);
const meanHead = (heads: readonly Dense[], of = (value: number) => value) =>
  dense(heads[0].length, (i, j) => mean(heads.map((head) => of(head[i][j]))));

const withTokens = anyStacks.chain((stacks) => {
  const { layers, tokens } = stacks.attention;
  // Tokens without a length have no direction to compare.
  const value = fc.double({ min: 0.1, max: 2, noNaN: true });
  const values = fc.tuple(value, fc.boolean()).map(([size, isNegative]) => (isNegative ? -size : size));
  const count = tokens * width;
  const block = fc
    .array(values, { minLength: count, maxLength: count })
    .map((each) => Float64Array.from(each));
  const blocks = fc.array(fc.record({ input: block, mid: block, output: block }), {
    minLength: layers.length,
    maxLength: layers.length,
  });
  return blocks.map((each) => ({ ...stacks, tokens: each }));
});

describe("TokenTM", () => {
  test("equals U_mlp U_attn C on whole matrices", () => {
    fc.assert(
      fc.property(withTokens, ({ attention, attentionGradient, tokens }) => {
        const eye = identity(attention.tokens);
        const lengths = rowsOf(tokens[0].input).map(length);
        let c = dense(attention.tokens, (i, j) => (i === j ? lengths[i] : 0));
        for (const [layer, { input, mid, output }] of tokens.entries()) {
          const [before, between, after] = [input, mid, output].map(rowsOf);
          const worth = meanHead(denseHeads(attentionGradient, layer), (value) => Math.max(value, 0));
          const mixing = multiply(meanHead(denseHeads(attention, layer)), w(before, between));
          c = multiply(plus(eye, times(mixing, worth)), c);
          c = multiply(plus(eye, w(between, after)), c);
        }
        expectClose(
          tokentm.explainer({ attention, attentionGradient, tokens })({}),
          readPatches(c, attention),
        );
      }),
    );
  });

  test("without a gradient leaves nothing for the patches", () => {
    const attention = {
      layers: [Float64Array.from([0.5, 0.5, 0.5, 0.5])],
      heads: 1,
      tokens: 2,
      prefixTokens: 1,
      outputTokens: [0],
    };
    const attentionGradient = { ...attention, layers: [Float64Array.from([-1, -1, -1, -1])] };
    const row = Float64Array.from([1, 2, 3, 4]);
    const tokens = [{ input: row, mid: row, output: row }];
    expect(tokentm.explainer({ attention, attentionGradient, tokens })({})).toEqual(Float64Array.of(0));
  });
});
