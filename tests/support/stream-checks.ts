// What must hold of a residual stream, its operands and its head, told from values of runs alone.
import { expect } from "vitest";
import type { ClassifierAnatomy, HeadTensor, ResidualStream } from "../../src/core/anatomy/anatomy.ts";
import { residualOfFit } from "./linear-fit.ts";
import { type Feed, largestDifference, type RunOutput } from "./ort.ts";
import { columnsOf, type Outputs, tokenRows } from "./stream-model.ts";

/** The head's copy on X_L says what the model says, and that is what PyTorch says. */
export function checkLogits(
  outputs: Outputs,
  noisyScores: string,
  anatomy: ClassifierAnatomy,
  logits: Float64Array,
  isHalf: boolean,
): void {
  const scores = outputs[anatomy.logits.name]!.data;
  expect(relative(outputs[noisyScores]!.data, scores)).toBeLessThan(1e-5);
  expect(relative(scores, logits)).toBeLessThan(isHalf ? 2e-2 : 1e-4);
}

/** Norms, products and branches are the functions of each other that they are in the papers. */
export function checkBlock(
  runs: readonly Outputs[],
  anatomy: ClassifierAnatomy,
  { blocks, tokenAxis }: ResidualStream,
  layer: number,
  close: number,
): void {
  const { input, norm1, mid, norm2, output } = blocks[layer]!;
  const { tensor, scores, queries, keys, values } = anatomy.attention[layer]!;
  const rows = (name: string) => runs.flatMap((each) => tokenRows(each[name]!, tokenAxis));
  // Each feature of a norm's result is a straight line over the standardised feature.
  for (const [from, to] of [
    [input, norm1],
    [mid, norm2],
  ] as const) {
    expect(to).not.toBe(from);
    const standard = columnsOf(rows(from).map(standardised));
    for (const [feature, column] of columnsOf(rows(to!)).entries()) {
      expect(residualOfFit([standard[feature]!], [column]), `${to} of ${from}`).toBeLessThan(close);
    }
  }
  // The branch is a linear function of what the attention mixed.
  const mixed = runs.flatMap((each) => mixedValues(each[tensor]!, each[values!.tensor]!, values!));
  const branch = differences(rows(mid), rows(input));
  expect(residualOfFit(columnsOf(mixed), columnsOf(branch)), `${mid} of ${tensor}`).toBeLessThan(close);
  // Scores are products of queries and keys, times a scale, plus what no picture changes.
  const products = runs.map((each) => productsOf(each, queries!, keys!));
  for (const [index, each] of runs.slice(1).entries()) {
    const change = differences(
      [Float64Array.from(each[scores]!.data)],
      [Float64Array.from(runs[0]![scores]!.data)],
    );
    const ofProducts = differences([products[index + 1]!], [products[0]!]);
    expect(residualOfFit(ofProducts, change), scores).toBeLessThan(close);
  }
  // The next block starts where this one ends.
  if (layer + 1 < blocks.length) expect(blocks[layer + 1]!.input).toBe(output);
}

/** From M_l to X_{l+1} every token goes its own way: in another order, the same tokens come out in that order. */
export function checkReversed(
  outputs: Outputs,
  { blocks, tokenAxis }: ResidualStream,
  reversed: readonly string[],
  close: number,
): void {
  for (const [layer, name] of reversed.entries()) {
    const expected = tokenRows(outputs[blocks[layer]!.output]!, tokenAxis);
    const actual = tokenRows(outputs[name]!, tokenAxis).slice().reverse();
    expect(
      relative(
        actual.flatMap((row) => [...row]),
        expected.flatMap((row) => [...row]),
      ),
    ).toBeLessThan(close);
  }
}

/** Noise on a token of X_L changes the scores if and only if the head is said to read the token. */
export async function checkReadings(
  { head, tokenAxis }: ResidualStream,
  shape: readonly number[],
  noisyScores: string,
  quiet: Outputs,
  run: (noise: Float32Array) => Promise<Outputs>,
): Promise<void> {
  const tokens = shape[tokenAxis]!;
  const read = new Set(head.readings.flatMap((reading) => reading.tokens));
  const inner = shape.slice(tokenAxis + 1).reduce((product, size) => product * size, 1);
  const noiseOn = (isChosen: (token: number) => boolean) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return Float32Array.from({ length: count }, (_, at) => {
      return isChosen(Math.floor(at / inner) % tokens) ? Math.sin(7.3 * at + 1) : 0;
    });
  };
  const scores = quiet[noisyScores]!.data;
  const unread = await run(noiseOn((token) => !read.has(token)));
  expect(relative(unread[noisyScores]!.data, scores)).toBeLessThan(1e-6);
  for (const token of read) {
    const heard = await run(noiseOn((each) => each === token));
    expect(relative(heard[noisyScores]!.data, scores), `token ${token}`).toBeGreaterThan(1e-3);
  }
}

/** Another patch of the picture changes its own token of the first block's input, and no other. */
export async function checkPatches(
  { grid, prefixTokens, patchSize }: ClassifierAnatomy,
  { blocks, tokenAxis }: ResidualStream,
  picture: Feed,
  before: Outputs,
  run: (picture: Feed) => Promise<Outputs>,
): Promise<void> {
  const { rows, columns } = grid!;
  const [row, column] = [1, columns - 1];
  const side = picture.shape[3]!;
  const data = Float64Array.from(picture.data as Float64Array, (value, at) => {
    const [y, x] = [Math.floor(at / side) % side, at % side];
    const isInside = Math.floor(y / patchSize!) === row && Math.floor(x / patchSize!) === column;
    return isInside ? 0.5 - value : value;
  });
  const { input } = blocks[0]!;
  const after = await run({ data, shape: picture.shape });
  const changed = tokenRows(after[input]!, tokenAxis).flatMap((each, token) => {
    return relative(each, tokenRows(before[input]!, tokenAxis)[token]!) > 1e-6 ? [token] : [];
  });
  expect(changed).toEqual([prefixTokens! + row * columns + column]);
  expect(tokenRows(before[input]!, tokenAxis)).toHaveLength(prefixTokens! + rows * columns);
}

/** A V, one row a token, heads side by side. */
function mixedValues(attention: RunOutput, { data, shape }: RunOutput, { tokenAxis }: HeadTensor) {
  const [heads, tokens] = attention.shape.slice(-3) as [number, number];
  const isFlipped = tokenAxis === shape.length - 1;
  const features = shape.at(isFlipped ? -2 : -1)!;
  const valueAt = (head: number, token: number, feature: number) =>
    data[head * tokens * features + (isFlipped ? feature * tokens + token : token * features + feature)]!;
  return Array.from({ length: tokens }, (_, query) =>
    Float64Array.from({ length: heads * features }, (__, at) => {
      const [head, feature] = [Math.floor(at / features), at % features];
      let sum = 0;
      for (let key = 0; key < tokens; key++) {
        sum += attention.data[(head * tokens + query) * tokens + key]! * valueAt(head, key, feature);
      }
      return sum;
    }),
  );
}

/** q k^T of all heads, without a scale. */
function productsOf(outputs: Outputs, queries: HeadTensor, keys: HeadTensor): Float64Array {
  const [q, k] = [headsOf(outputs[queries.tensor]!, queries), headsOf(outputs[keys.tensor]!, keys)];
  return Float64Array.from(
    q.flatMap((ofHead, head) => {
      return ofHead.flatMap((query) => {
        return k[head]!.map((key) => query.reduce((sum, value, at) => sum + value * key[at]!, 0));
      });
    }),
  );
}

/** `[H][N][d]` */
function headsOf(output: RunOutput, { tokenAxis }: HeadTensor): readonly (readonly Float64Array[])[] {
  const shape = output.shape.slice(-3);
  const size = shape[1]! * shape[2]!;
  const axis = tokenAxis - (output.shape.length - 3);
  return Array.from({ length: shape[0]! }, (_, head) => {
    const data = Float64Array.from(output.data.subarray(head * size, (head + 1) * size));
    return tokenRows({ data, shape: shape.slice(1) }, axis - 1);
  });
}

function standardised(row: Float64Array): Float64Array {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  const deviation = Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length);
  return row.map((value) => (value - mean) / deviation);
}

function differences(
  first: readonly Float64Array[],
  second: readonly Float64Array[],
): readonly Float64Array[] {
  return first.map((row, index) => row.map((value, at) => value - second[index]![at]!));
}

/** Largest difference over the largest value. */
function relative(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const scale = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largestDifference(actual, expected) / scale;
}
