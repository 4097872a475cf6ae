// Finds the residual stream: the values that all blocks add to, before, between and after attention and MLP.
import type { Node } from "../onnx/model.ts";
import { unavoidableNodes } from "../onnx/unavoidable.ts";
import type { StreamBlock } from "./anatomy.ts";
import { firstLayerInput, nodesBetween } from "./flow-between.ts";
import type { FlowContext } from "./flow-context.ts";
import type { MixingAttention } from "./softmax-attention.ts";
import { followTokens, isTokenByToken } from "./token-flow.ts";

export interface FoundStream {
  /** The axis of the tokens in every value of the stream. */
  readonly tokenAxis: number;
  /** One for every attention. */
  readonly blocks: readonly StreamBlock[];
  /** X_L, which the final norm reads. */
  readonly end: string;
}

/** Why there is no stream, as a sentence. */
export interface NoStream {
  readonly missing: string;
}

/**
 * Everything that the picture says passes the stream, so its values are among those that no way from picture to
 * scores avoids: the sums of a branch with what the branch started from.
 * @param tokens N; null where it is open.
 */
export function findStream(
  context: FlowContext,
  attention: readonly MixingAttention[],
  scores: string,
  tokens: number | null,
): FoundStream | NoStream {
  const strand = unavoidableNodes(context.index, context.fromImage, scores);
  const mids: Junction[] = [];
  for (const { tensor } of attention) {
    const mid = junctionAfter(context, strand, tensor);
    if (typeof mid === "string") return { missing: mid };
    mids.push(mid);
  }
  const { skip, sum } = mids[0]!;
  const tokenAxis = findTokenAxis(context, sum, tokens);
  const shape = context.facts.get(sum)?.shape;
  if (shape?.length === 4) {
    return { missing: `its residual stream ${skip} keeps rows and columns on axes of their own, as in SAM` };
  }
  if (tokenAxis === null) {
    return { missing: `the tokens of its residual stream ${skip} lie along no axis that can be told` };
  }
  const isSame = mids.every((mid) => String(context.facts.get(mid.sum)?.shape) === String(shape));
  if (!isSame) return { missing: "its residual stream changes its shape between blocks" };
  const end = lastSum(context, strand, mids.at(-1)!, tokenAxis, shape![tokenAxis]!);
  if (end === null) return { missing: "the end of its residual stream stays inside a fused node" };
  // Attentions side by side have one sum, so the next block is that of the next sum.
  const outputs = mids.map(
    (mid, layer) => mids.slice(layer).find(({ node }) => node !== mid.node)?.skip ?? end,
  );
  const blocks = mids.map((mid, layer) => streamBlock(context, mid, outputs[layer]!, attention[layer]!));
  return { tokenAxis, blocks, end };
}

interface Junction {
  readonly node: Node;
  /** The operand that goes around the branch. */
  readonly skip: string;
  /** The result. */
  readonly sum: string;
}

/** The first sum after an attention that nothing avoids; or why there is none. */
function junctionAfter(context: FlowContext, strand: readonly Node[], tensor: string): Junction | string {
  const begin = context.positions.get(context.index.producers.get(tensor)!)!;
  const node = strand.find((each) => context.positions.get(each)! > begin);
  const none = `no residual connection leads around the attention ${tensor}`;
  if (node === undefined) return none;
  const skips = operandsOf(context, node).filter((name) => {
    return name !== tensor && nodesBetween(context, tensor, [name]).length === 0;
  });
  const [skip] = skips;
  if (skip === undefined || skips.length > 1) return none;
  const sum = sumOf(context, node);
  return sum === null
    ? `the residual stream after ${tensor} stays inside a fused ${node.opType}`
    : { node, skip, sum };
}

/** The operands of a sum that carry the picture; none for other nodes. */
function operandsOf(context: FlowContext, node: Node): readonly string[] {
  if (!sums.has(node.opType) && !fusedSums.has(node.opType)) return [];
  const operands = fusedSums.has(node.opType) ? node.inputs.slice(0, 2) : node.inputs;
  const carrying = operands.filter((name) => context.fromImage.has(name));
  return carrying.length > 1 ? carrying : [];
}

const sums: ReadonlySet<string> = new Set(["Add", "Sum"]);

/** The norm of a sum, which they give out as a further result where it is needed. */
const fusedSums: ReadonlySet<string> = new Set([
  "SkipLayerNormalization",
  "SkipSimplifiedLayerNormalization",
]);

/** The result, after a bias of the branch that is added behind the sum; null where a fused norm keeps it. */
function sumOf(context: FlowContext, node: Node): string | null {
  let sum = (fusedSums.has(node.opType) ? node.outputs[3] : node.outputs[0]) || null;
  for (;;) {
    const readers = context.index.consumers.get(sum ?? "") ?? [];
    const [bias] = readers;
    if (readers.length !== 1 || bias?.opType !== "Add" || operandsOf(context, bias).length > 0) return sum;
    sum = bias.outputs[0]!;
  }
}

/** Where the patches were not followed, the axis whose size is the number of tokens. */
function findTokenAxis(context: FlowContext, sum: string, tokens: number | null): number | null {
  const shape = context.facts.get(sum)?.shape;
  if (shape?.length !== 3) return null;
  const layout = context.places.get(sum);
  if (layout?.kind === "tokens") return layout.axis;
  const axes = [1, 0].filter((axis) => tokens !== null && shape[axis] === tokens);
  return axes[0] ?? null;
}

/** X_L: the last sum of the stream in which every token still is itself; null where a fused norm keeps it. */
function lastSum(
  context: FlowContext,
  strand: readonly Node[],
  from: Junction,
  axis: number,
  count: number,
): string | null {
  const flow = followTokens(context, from.sum, axis, count);
  const later = strand.slice(strand.indexOf(from.node) + 1).filter((node) => {
    return operandsOf(context, node).length > 1 && isTokenByToken(flow.get(node.outputs[0]!));
  });
  const last = later.at(-1);
  return last === undefined ? from.sum : sumOf(context, last);
}

function streamBlock(
  context: FlowContext,
  { skip, sum }: Junction,
  output: string,
  { softmax, values }: MixingAttention,
): StreamBlock {
  return {
    input: skip,
    norm1: firstLayerInput(context, skip, [softmax.inputs[0]!, values]),
    mid: sum,
    norm2: sum === output ? null : firstLayerInput(context, sum, [output]),
    output,
  };
}
