// What the goldens' Vision Transformers are written with: their weights, and attention in two styles of exporters.
import type { AttributeInput } from "../../src/core/onnx/build.ts";
import type { GoldenArray } from "./golden.ts";
import { goldenSizes } from "./golden-sizes.ts";

/** Weights by timm's names; `ls1.gamma`, `norm_pre`, `head_bn` and `proj` only where the variant has them. */
export type VitWeights = Readonly<Record<string, GoldenArray>>;

export interface VitVariant {
  readonly weights: VitWeights;
  /** The kind of real numbers in the file; 64 bits where absent. */
  readonly elementType?: number;
  /** Of the normalisation before the head; that of all others, or else of `goldenSizes`, where absent. */
  readonly finalEpsilon?: number;
  /** Of all other normalisations; that of `goldenSizes` where absent. */
  readonly epsilon?: number;
  /** What the head reads: the class token, or it beside the mean of the patches. */
  readonly pooling?: "class" | "class and mean";
  /**
   * How queries, keys and values are made: by one product and a scale behind that of queries and keys, as in the
   * authors' code, or by three products and the scale's root before it, as many exporters write it.
   */
  readonly projections?: "joint" | "separate";
}

/** Names of values in the graph. */
export const vitValues = {
  picture: "picture",
  logits: "logits",
  /** Results of the softmax, `[1,H,N,N]`. */
  attention: (layer: number) => `blocks.${layer}.attention`,
  /** Values as attention mixes them, `[1,H,N,d]`. */
  values: (layer: number) => `blocks.${layer}.v`,
  blockInput: (layer: number) => (layer === 0 ? "embedded" : `blocks.${layer - 1}.out`),
} as const;

/** Adds nodes and weights; returns names. */
export interface Write {
  readonly variant: VitVariant;
  /** The patches, and a class token where there are weights of one. */
  readonly tokens: number;
  has(name: string): boolean;
  /** @param turned a matrix with rows and columns exchanged. */
  weight(name: string, turned?: boolean): string;
  number(value: number): string;
  integers(values: readonly number[], dims?: readonly number[]): string;
  node(
    opType: string,
    inputs: readonly string[],
    output: string,
    attributes?: Readonly<Record<string, AttributeInput>>,
  ): string;
}

/** From the normalised tokens `n1` to the mixed values `merged`. */
export function writeAttention(write: Write, layer: number): void {
  const { node, integers, tokens } = write;
  const at = (name: string) => `blocks.${layer}.${name}`;
  const writeScores = write.variant.projections === "separate" ? writeSeparate : writeJoint;
  writeScores(write, at);
  node("Softmax", [at("scores")], vitValues.attention(layer), { axis: -1 });
  node("MatMul", [vitValues.attention(layer), vitValues.values(layer)], at("mixed"));
  node("Transpose", [at("mixed")], at("rows"), { perm: [0, 2, 1, 3] });
  node("Reshape", [at("rows"), integers([1, tokens, goldenSizes.width])], at("merged"));
}

type At = (name: string) => string;

function writeJoint(write: Write, at: At): void {
  const { node, integers, number, tokens } = write;
  const { heads, headWidth } = goldenSizes;
  linear(write, at("attn.qkv"), at("n1"), at("qkv"));
  node("Reshape", [at("qkv"), integers([1, tokens, 3, heads, headWidth])], at("split"));
  node("Transpose", [at("split")], at("parts"), { perm: [2, 0, 3, 1, 4] });
  for (const [place, name] of ["q", "k", "v"].entries())
    node("Gather", [at("parts"), integers([place], [])], at(name), { axis: 0 });
  node("Transpose", [at("k")], at("k turned"), { perm: [0, 1, 3, 2] });
  node("MatMul", [at("q"), at("k turned")], at("products"));
  node("Mul", [at("products"), number(headWidth ** -0.5)], at("scores"));
}

/** The weight's rows are those of queries, keys and values one after another. */
function writeSeparate(write: Write, at: At): void {
  const { node, integers, number, weight, tokens } = write;
  const { heads, headWidth, width } = goldenSizes;
  const part = (name: string, place: number) =>
    node(
      "Slice",
      [name, integers([width * place]), integers([width * (place + 1)]), integers([0])],
      `${name} ${place}`,
    );
  for (const [place, name] of ["q", "k", "v"].entries()) {
    const matrix = part(weight(at("attn.qkv.weight")), place);
    node("Transpose", [matrix], at(`${name} weight`), { perm: [1, 0] });
    node("MatMul", [at("n1"), at(`${name} weight`)], at(`${name} product`));
    node("Add", [part(weight(at("attn.qkv.bias")), place), at(`${name} product`)], at(`${name} flat`));
    node("Reshape", [at(`${name} flat`), integers([1, tokens, heads, headWidth])], at(`${name} split`));
    const order = name === "k" ? [0, 2, 3, 1] : [0, 2, 1, 3];
    node("Transpose", [at(`${name} split`)], at(name === "v" ? name : `${name} heads`), { perm: order });
    if (name !== "v") node("Mul", [at(`${name} heads`), number(headWidth ** -0.25)], at(name));
  }
  node("MatMul", [at("q"), at("k")], at("scores"));
}

/** As exporters write `nn.Linear` on tokens: a product with the turned weight, then a sum. */
export function linear({ node, weight, has }: Write, name: string, x: string, result: string): string {
  const isBiased = has(`${name}.bias`);
  node("MatMul", [x, weight(`${name}.weight`, true)], isBiased ? `${result}.unbiased` : result);
  return isBiased ? node("Add", [`${result}.unbiased`, weight(`${name}.bias`)], result) : result;
}
