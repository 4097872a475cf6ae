// Vision Transformers of two blocks, written node by node, with the layouts, sums and heads that unit tests ask for.
import {
  makeFloatTensor,
  makeGraph,
  makeIntTensor,
  makeNode,
  makeUntypedValue,
  makeValue,
} from "../../src/core/onnx/build.ts";
import { ElementType, type Node, type OnnxModel, type Tensor } from "../../src/core/onnx/model.ts";
import { heads } from "./stream-heads.ts";

/** Pictures of 8 x 8 pixels, 4 patches, width 8, two heads of 4, three classes. */
export interface StreamVitVariant {
  /** Learnt tokens before and behind the patches. */
  readonly prefix?: number;
  readonly suffix?: number;
  /** `[N,1,D]` as older multi-head attention keeps it. */
  readonly tokensFirst?: boolean;
  /** Norm before the branch, after the sum, or none. */
  readonly norm?: "before" | "after";
  /** Attention over channels: the tokens are summed over. */
  readonly channels?: boolean;
  /** No way around the attention. */
  readonly broken?: boolean;
  /** From `end` to `scores`; see `stream-heads.ts`. */
  readonly head?: readonly Node[];
}

export function streamVit(variant: StreamVitVariant = {}): OnnxModel {
  const { prefix = 1, suffix = 0, head = heads.token } = variant;
  const graph = makeGraph({
    nodes: [
      ...patchNodes(variant),
      ...blockNodes(variant, 0),
      ...blockNodes(variant, 1),
      ...endNodes(variant),
      ...head,
    ],
    initializers: [
      ...weights(),
      waves("before", [1, Math.max(prefix, 1), 8]),
      waves("behind", [1, Math.max(suffix, 1), 8]),
      waves("positions", [1, prefix + suffix + 4, 8]),
    ],
    inputs: [makeValue("picture", ElementType.float32, [1, 3, 8, 8])],
    outputs: [makeUntypedValue("scores")],
  });
  const opsets = [{ domain: "", version: 17, rest: [] }];
  return { irVersion: 8, opsets, graph, source: new Uint8Array(0), rest: [] };
}

function patchNodes({ prefix = 1, suffix = 0, tokensFirst }: StreamVitVariant): readonly Node[] {
  const parts = [...(prefix > 0 ? ["before"] : []), "patches", ...(suffix > 0 ? ["behind"] : [])];
  return [
    makeNode("Conv", ["picture", "kernel"], ["map"], { kernel_shape: [4, 4], strides: [4, 4] }),
    makeNode("Reshape", ["map", "flattened"], ["rows"]),
    makeNode("Transpose", ["rows"], ["patches"], { perm: [0, 2, 1] }),
    makeNode("Concat", parts, ["joined"], { axis: 1 }),
    makeNode("Add", ["joined", "positions"], ["placed"]),
    tokensFirst
      ? makeNode("Transpose", ["placed"], ["x0"], { perm: [1, 0, 2] })
      : makeNode("Identity", ["placed"], ["x0"]),
  ];
}

/** From `x<block>` to `x<block + 1>`. */
function blockNodes(variant: StreamVitVariant, block: number): readonly Node[] {
  const { norm, broken } = variant;
  const at = (name: string) => `${name}${block}`;
  const [x, next] = [at("x"), `x${block + 1}`];
  const normed = (from: string, to: string) =>
    makeNode("LayerNormalization", [from, "gain", "shift"], [to], { axis: -1 });
  const [n1, n2] = norm === "before" ? [at("n1 "), at("n2 ")] : [x, at("m")];
  const [mid, end] = norm === "after" ? [at("sum"), at("sum2 ")] : [at("m"), next];
  return [
    ...(norm === "before" ? [normed(x, n1)] : []),
    ...attentionNodes(variant, n1, at),
    broken ? makeNode("Relu", [at("branch")], [mid]) : makeNode("Add", [at("branch"), x], [mid]),
    ...(norm === "after" ? [normed(mid, at("m"))] : []),
    ...(norm === "before" ? [normed(at("m"), n2)] : []),
    makeNode("MatMul", [n2, "wUp"], [at("up")]),
    makeNode("Relu", [at("up")], [at("act")]),
    makeNode("MatMul", [at("act"), "wDown"], [at("down")]),
    makeNode("Add", [at("m"), at("down")], [end]),
    ...(norm === "after" ? [normed(end, next)] : []),
  ];
}

function attentionNodes(
  { tokensFirst, channels }: StreamVitVariant,
  from: string,
  at: (name: string) => string,
): readonly Node[] {
  const split = (name: string, perm: readonly number[]) => [
    makeNode("MatMul", [from, `w${name}`], [at(`${name}Flat`)]),
    makeNode("Reshape", [at(`${name}Flat`), tokensFirst ? "splitFirst" : "split"], [at(`${name}Split`)]),
    makeNode("Transpose", [at(`${name}Split`)], [at(name)], { perm }),
  ];
  // `[1,H,N,d]`, or `[1,H,d,N]` for what is transposed at once.
  const [straight, swapped] = tokensFirst
    ? [
        [1, 2, 0, 3],
        [1, 2, 3, 0],
      ]
    : [
        [0, 2, 1, 3],
        [0, 2, 3, 1],
      ];
  const [left, right] = channels ? [swapped!, straight!] : [straight!, swapped!];
  const back = channels
    ? tokensFirst
      ? [3, 0, 1, 2]
      : [0, 3, 1, 2]
    : tokensFirst
      ? [2, 0, 1, 3]
      : [0, 2, 1, 3];
  return [
    ...split("q", left),
    ...split("k", right),
    ...split("v", channels ? swapped! : straight!),
    makeNode("Mul", [at("q"), "scale"], [at("qScaled")]),
    makeNode("MatMul", [at("qScaled"), at("k")], [at("scores")]),
    makeNode("Softmax", [at("scores")], [at("attention")], { axis: -1 }),
    makeNode("MatMul", [at("attention"), at("v")], [at("mixed")]),
    makeNode("Transpose", [at("mixed")], [at("mixedBack")], { perm: back }),
    makeNode("Reshape", [at("mixedBack"), tokensFirst ? "mergeFirst" : "merge"], [at("merged")]),
    makeNode("MatMul", [at("merged"), "wo"], [at("branch")]),
  ];
}

function endNodes({ tokensFirst }: StreamVitVariant): readonly Node[] {
  return [
    tokensFirst
      ? makeNode("Transpose", ["x2"], ["end"], { perm: [1, 0, 2] })
      : makeNode("Identity", ["x2"], ["end"]),
  ];
}

function weights(): readonly Tensor[] {
  return [
    waves("kernel", [8, 3, 4, 4]),
    ...["wq", "wk", "wv", "wo"].map((name) => waves(name, [8, 8])),
    waves("wUp", [8, 16]),
    waves("wDown", [16, 8]),
    waves("gain", [8]),
    waves("shift", [8]),
    waves("query", [1, 1, 8]),
    waves("head", [8, 3]),
    waves("bias", [3]),
    makeFloatTensor("scale", [], [0.5]),
    makeFloatTensor("half", [1], [0.5]),
    makeIntTensor("flattened", [3], [0, 8, -1]),
    makeIntTensor("split", [4], [1, -1, 2, 4]),
    makeIntTensor("splitFirst", [4], [-1, 1, 2, 4]),
    makeIntTensor("merge", [3], [1, -1, 8]),
    makeIntTensor("mergeFirst", [3], [-1, 1, 8]),
    makeIntTensor("first", [], [0]),
    makeIntTensor("second", [], [1]),
    makeIntTensor("one", [1], [1]),
    makeIntTensor("all", [1], [Number.MAX_SAFE_INTEGER]),
  ];
}

/** Numbers without a pattern that a mistake could hide in; seeded by the name. */
function waves(name: string, dims: readonly number[]): Tensor {
  const count = dims.reduce((product, size) => product * size, 1);
  const seed = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const values = Array.from({ length: count }, (_, index) => 0.3 * Math.sin(1.7 * index + seed));
  return makeFloatTensor(name, dims, values);
}
