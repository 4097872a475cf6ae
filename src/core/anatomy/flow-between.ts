// Which nodes lie between two values, and where the first learnt layer among them reads.
import type { Node } from "../onnx/model.ts";
import { followAxis } from "./axes/follow-axis.ts";
import type { FlowContext } from "./flow-context.ts";

/** In execution order, what is computed on every way that the picture takes from `from` to one of `to`. */
export function nodesBetween(context: FlowContext, from: string, to: readonly string[]): readonly Node[] {
  const last = Math.max(...to.map((name) => positionOf(context, name)));
  const after = new Set<Node>();
  const reached = new Set([from]);
  // Sets grow while they are walked, so they are the queues too.
  for (const name of reached) {
    for (const node of context.index.consumers.get(name) ?? []) {
      if (after.has(node) || context.positions.get(node)! > last) continue;
      after.add(node);
      for (const output of node.outputs) if (context.fromImage.has(output)) reached.add(output);
    }
  }
  const between = new Set<Node>();
  const behind = new Set(to);
  for (const name of behind) {
    const node = context.index.producers.get(name);
    if (name === from || node === undefined || !after.has(node)) continue;
    between.add(node);
    for (const input of node.inputs) if (reached.has(input)) behind.add(input);
  }
  return [...between].sort((a, b) => context.positions.get(a)! - context.positions.get(b)!);
}

/** Where in the execution order a value is made; -1 for inputs and constants. */
export function positionOf(context: FlowContext, name: string): number {
  const node = context.index.producers.get(name);
  return node === undefined ? -1 : context.positions.get(node)!;
}

/** An axis of `from` as an axis of `to`, every position still made of the same one; null where it is none. */
export function trackAxis(context: FlowContext, from: string, axis: number, to: string): number | null {
  const axes = new Map([[from, axis]]);
  for (const node of nodesBetween(context, from, [to])) {
    const place = node.inputs.findIndex((name) => axes.has(name));
    for (const [output, name] of node.outputs.entries()) {
      if (place < 0 || name === "") continue;
      const fate = followAxis(context, node, place, output, axes.get(node.inputs[place]!)!);
      if (fate.kind === "kept") axes.set(name, fate.axis);
    }
  }
  return axes.get(to) ?? null;
}

/**
 * What the first product with weights reads on the way from `from` to one of `to`: the result of the norm before it,
 * in the form the norm gave it; `from` itself where there is no norm.
 * @returns null where no weights are met.
 */
export function firstLayerInput(context: FlowContext, from: string, to: readonly string[]): string | null {
  const layer = nodesBetween(context, from, to).find((node) => weighed(node, context) !== null);
  let name = layer === undefined ? null : weighed(layer, context);
  while (name !== null && name !== from) {
    const node = context.index.producers.get(name);
    const [input] = node?.inputs ?? [];
    if (node === undefined || !isRelayout(node) || input === undefined) break;
    name = input;
  }
  return name;
}

const layers: ReadonlySet<string> = new Set([
  ...["MatMul", "Gemm", "FusedMatMul", "FusedGemm", "Einsum", "Conv", "FusedConv", "MatMulInteger"],
]);

const relayouts: ReadonlySet<string> = new Set([
  ...["Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Identity", "Dropout", "Cast"],
]);

/** Whether a node is a product with weights, as far as its operator tells. */
export function isLayer(node: Node): boolean {
  return layers.has(node.opType);
}

/** Whether a node only copies, converts or rearranges. */
export function isRelayout(node: Node): boolean {
  return relayouts.has(node.opType);
}

/** The operand that carries the picture where the other one is weights. */
function weighed(node: Node, context: FlowContext): string | null {
  if (!isLayer(node)) return null;
  const [data, ...others] = node.inputs.slice(0, 2).filter((name) => context.fromImage.has(name));
  return data !== undefined && others.length === 0 ? data : null;
}
