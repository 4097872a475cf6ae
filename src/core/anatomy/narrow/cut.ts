// A stretch of one axis of a value, and what of it the readers of that value want.
import type { Node } from "../../onnx/model.ts";
import { followAxis } from "../axes/follow-axis.ts";
import type { FactsContext } from "../facts-context.ts";

/** The positions `from` to `to - 1` of an axis. */
export interface Cut {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
}

/** `null`: all of it. */
export type Want = Cut | null;

export function areEqual(one: Cut, other: Cut): boolean {
  return one.axis === other.axis && one.from === other.from && one.to === other.to;
}

/** What serves both: the stretch around two of the same axis, else all. */
export function united(one: Want, other: Want): Want {
  if (one === null || other === null || one.axis !== other.axis) return null;
  return { axis: one.axis, from: Math.min(one.from, other.from), to: Math.max(one.to, other.to) };
}

/** What a Gather reads of its data, if the graph tells it; places between those that it takes come along. */
export function pickedCut(context: FactsContext, node: Node): Want {
  const shape = context.facts.get(node.inputs[0] ?? "")?.shape ?? [];
  for (const axis of shape.keys()) {
    const fate = followAxis(context, node, 0, 0, axis);
    if (fate.kind !== "picked" || fate.positions.length === 0) continue;
    return { axis, from: Math.min(...fate.positions), to: Math.max(...fate.positions) + 1 };
  }
  return null;
}

/** Operators that give the same numbers for fewer positions, and take no size from anywhere but their inputs. */
const positionwise: ReadonlySet<string> = new Set(
  [
    "Add Sub Mul Div Pow Neg Abs Sqrt Exp Log Erf Tanh Sigmoid Relu LeakyRelu Elu HardSigmoid HardSwish Softplus",
    "Gelu Identity Cast LayerNormalization RMSNormalization Softmax MatMul Gemm Transpose Reshape",
  ]
    .join(" ")
    .split(" "),
);

/**
 * What a node wants of its inputs to write only a cut of its only result.
 * @returns undefined where it has to write all.
 */
export function wantsOf(context: FactsContext, node: Node, cut: Cut): readonly Want[] | undefined {
  if (!positionwise.has(node.opType) || node.domain !== "" || node.outputs.length !== 1) return undefined;
  if (node.opType === "Reshape" && !isKnown(context, node.outputs[0]!)) return undefined;
  const wants: Want[] = [];
  for (const [place, name] of node.inputs.entries()) {
    const isList = node.opType === "Reshape" && place === 1;
    const want = isList || name === "" ? null : wantOf(context, node, place, cut);
    if (want === undefined) return undefined;
    wants.push(want);
  }
  return wants.some((want) => want !== null) ? wants : undefined;
}

/** Null where the input has no such axis; undefined where positions of it are mixed, or cannot be told. */
function wantOf(context: FactsContext, node: Node, place: number, cut: Cut): Want | undefined {
  const shape = context.facts.get(node.inputs[place]!)?.shape;
  if (shape == null) return undefined;
  let want: Want = null;
  for (const axis of shape.keys()) {
    const fate = followAxis(context, node, place, 0, axis);
    if (!("axis" in fate) || fate.axis !== cut.axis) continue;
    if (fate.kind !== "kept" || shape[axis] === null) return undefined;
    want = { ...cut, axis };
  }
  return want;
}

/** A new shape can only be written of known sizes. */
function isKnown({ facts }: FactsContext, name: string): boolean {
  return facts.get(name)?.shape?.every((size) => size !== null) ?? false;
}
