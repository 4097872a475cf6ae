// LibraGrad on the goldens' tiny ViT, forwards and backwards by hand: loops over numbers, no graph.
import { erf } from "../support/evaluate/erf.ts";
import { toNumbers } from "../support/golden.ts";
import { goldenLayers, goldenSizes } from "../support/golden-sizes.ts";
import type { VitWeights } from "../support/golden-vit-parts.ts";

const { side, patch: patchSide, grid, patches: patchCount } = goldenSizes;
const { tokens, width, heads, headWidth: depth } = goldenSizes;
/** Values of a patch, and of a colour of the picture. */
const [patchValues, pixels] = [3 * patchSide ** 2, side ** 2];

/** `[rows][columns]` */
type Rows = readonly (readonly number[])[];

export interface LibraGradients {
  /** The class's logit. */
  readonly score: number;
  /** At the input of every block. */
  readonly blockInputs: readonly Rows[];
  /** At the attention of every block, `[H][N][N]`. */
  readonly attention: readonly (readonly Rows[])[];
  /** `[3*S*S]` */
  readonly picture: readonly number[];
}

/** What a layer norm keeps: its result, and the deviation that counts as a constant. */
interface Normed {
  readonly rows: Rows;
  readonly deviations: readonly number[];
}

interface Block {
  readonly attention: readonly Rows[];
  readonly values: Rows;
  readonly norm1: Normed;
  readonly norm2: Normed;
  readonly up: Rows;
  readonly active: Rows;
}

/**
 * Only the ratio of an activation, the values and plain linear maps pass anything on.
 * @param shift what is added to an activation's argument before it divides.
 */
export function libraByHand(
  weights: VitWeights,
  picture: ArrayLike<number>,
  klass: number,
  shift = 0,
): LibraGradients {
  const get = (name: string) => matrixOf(weights, name);
  const at = (layer: number, name: string) => get(`blocks.${layer}.${name}`);
  let x = embed(weights, picture);
  const blocks = goldenLayers.map((layer): Block => {
    const norm1 = normed(x, at(layer, "norm1.weight")[0]!, at(layer, "norm1.bias")[0]!);
    const joint = linear(norm1.rows, at(layer, "attn.qkv.weight"), at(layer, "attn.qkv.bias")[0]!);
    const attention = range(heads).map((head) => attend(joint, head));
    const values = joint.map((row) => row.slice(2 * width));
    const mixed = mix(attention, values);
    const mid = sum(x, linear(mixed, at(layer, "attn.proj.weight"), at(layer, "attn.proj.bias")[0]!));
    const norm2 = normed(mid, at(layer, "norm2.weight")[0]!, at(layer, "norm2.bias")[0]!);
    const up = linear(norm2.rows, at(layer, "mlp.fc1.weight"), at(layer, "mlp.fc1.bias")[0]!);
    const active = up.map((row) => row.map((h) => (h * (1 + erf(h / Math.SQRT2))) / 2));
    x = sum(mid, linear(active, at(layer, "mlp.fc2.weight"), at(layer, "mlp.fc2.bias")[0]!));
    return { attention, values, norm1, norm2, up, active };
  });
  const last = normed(x, get("norm.weight")[0]!, get("norm.bias")[0]!);
  const head = get("head.weight")[klass]!;
  const score = dot(last.rows[0]!, head) + get("head.bias")[0]![klass]!;

  let delta = throughNorm(zerosBut(head), get("norm.weight")[0]!, last);
  const found: { blockInput: Rows; attention: readonly Rows[] }[] = [];
  for (const [layer, block] of [...blocks.entries()].reverse()) {
    const active = backwards(delta, at(layer, "mlp.fc2.weight"));
    const ratios = block.active.map((row, i) => row.map((each, j) => each / (block.up[i]![j]! + shift)));
    const up = active.map((row, i) => row.map((each, j) => each * ratios[i]![j]!));
    const normed2 = backwards(up, at(layer, "mlp.fc1.weight"));
    delta = sum(delta, throughNorm(normed2, at(layer, "norm2.weight")[0]!, block.norm2));
    const mixed = backwards(delta, at(layer, "attn.proj.weight"));
    const ofHead = (row: readonly number[], h: number) => row.slice(h * depth, (h + 1) * depth);
    const attention = range(heads).map((h) =>
      mixed.map((row) => block.values.map((value) => dot(ofHead(row, h), ofHead(value, h)))),
    );
    const turned = block.attention.map((each) => range(tokens).map((j) => each.map((row) => row[j]!)));
    const values = mix(turned, mixed);
    const normed1 = backwards(values, at(layer, "attn.qkv.weight").slice(2 * width));
    delta = sum(delta, throughNorm(normed1, at(layer, "norm1.weight")[0]!, block.norm1));
    found.unshift({ blockInput: delta, attention });
  }
  return {
    score,
    blockInputs: found.map(({ blockInput }) => blockInput),
    attention: found.map((each) => each.attention),
    picture: toPicture(weights, delta),
  };
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((total, each, i) => total + each * b[i]!, 0);
const sum = (a: Rows, b: Rows): Rows => a.map((row, i) => row.map((each, j) => each + b[i]![j]!));

/** `[out][in]`; vectors as a single row. */
function matrixOf(weights: VitWeights, name: string): Rows {
  const array = weights[name]!;
  const numbers = Array.from(toNumbers(array));
  const columns = array.shape.at(-1)!;
  return range(numbers.length / columns).map((row) => numbers.slice(row * columns, (row + 1) * columns));
}

const linear = (x: Rows, weight: Rows, bias: readonly number[]): Rows =>
  x.map((row) => weight.map((each, out) => dot(row, each) + bias[out]!));

/** `delta W` */
const backwards = (delta: Rows, weight: Rows): Rows =>
  delta.map((row) =>
    range(weight[0]!.length).map((i) => row.reduce((total, d, out) => total + d * weight[out]![i]!, 0)),
  );

function normed(x: Rows, gain: readonly number[], shift: readonly number[]): Normed {
  const centred = x.map((row) => row.map((each) => each - row.reduce((a, b) => a + b) / row.length));
  const deviations = centred.map((row) => Math.sqrt(dot(row, row) / row.length + goldenSizes.epsilon));
  const rows = centred.map((row, i) => row.map((each, j) => (each / deviations[i]!) * gain[j]! + shift[j]!));
  return { rows, deviations };
}

/** The mean is differentiated, the deviation is not. */
function throughNorm(delta: Rows, gain: readonly number[], { deviations }: Normed): Rows {
  return delta.map((row, i) => {
    const scaled = row.map((each, j) => (each * gain[j]!) / deviations[i]!);
    const mean = scaled.reduce((a, b) => a + b) / scaled.length;
    return scaled.map((each) => each - mean);
  });
}

function attend(joint: Rows, head: number): Rows {
  const part = (row: readonly number[], place: number) =>
    row.slice(place * width + head * depth, place * width + (head + 1) * depth);
  return joint.map((query) => {
    const powers = joint.map((key) => Math.exp(dot(part(query, 0), part(key, 1)) / Math.sqrt(depth)));
    const total = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / total);
  });
}

/** Every head's matrix times its columns of the values. */
const mix = (matrices: readonly Rows[], values: Rows): Rows =>
  range(tokens).map((i) =>
    range(width).map((at) => {
      const row = matrices[Math.floor(at / depth)]![i]!;
      return row.reduce((total, share, j) => total + share * values[j]![at]!, 0);
    }),
  );

const zerosBut = (first: readonly number[]): Rows =>
  range(tokens).map((token) => (token === 0 ? first : first.map(() => 0)));

/** Where a pixel lies: its patch, and its place among the patch's values. */
function placeOf(pixel: number): { readonly patch: number; readonly value: number } {
  const channel = Math.floor(pixel / pixels);
  const [row, column] = [Math.floor((pixel % pixels) / side), pixel % side];
  const patch = Math.floor(row / patchSide) * grid + Math.floor(column / patchSide);
  const [y, x] = [row % patchSide, column % patchSide];
  return { patch, value: (channel * patchSide + y) * patchSide + x };
}

/** The kernel as `[D][3*p*p]`. */
function kernelOf(weights: VitWeights): Rows {
  const numbers = Array.from(toNumbers(weights["patch_embed.proj.weight"]!));
  return range(width).map((out) => numbers.slice(patchValues * out, patchValues * (out + 1)));
}

function embed(weights: VitWeights, picture: ArrayLike<number>): Rows {
  const [kernel, bias] = [kernelOf(weights), matrixOf(weights, "patch_embed.proj.bias")[0]!];
  const positions = matrixOf(weights, "pos_embed");
  const patches = range(patchCount).map(() => new Array<number>(patchValues).fill(0));
  for (const pixel of range(3 * pixels)) {
    const { patch, value } = placeOf(pixel);
    patches[patch]![value] = picture[pixel]!;
  }
  return sum([matrixOf(weights, "cls_token")[0]!, ...linear(patches, kernel, bias)], positions);
}

function toPicture(weights: VitWeights, delta: Rows): readonly number[] {
  const patches = backwards(delta.slice(1), kernelOf(weights));
  return range(3 * pixels).map((pixel) => {
    const { patch, value } = placeOf(pixel);
    return patches[patch]![value]!;
  });
}
