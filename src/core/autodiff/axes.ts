// Reads axes and bounds, which are attributes in older versions of operators and inputs in newer ones.
import { intAttribute, intsAttribute } from "../onnx/attributes.ts";
import type { Node } from "../onnx/model.ts";
import { frontAxis } from "../onnx/shapes/facts.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { unsupported } from "./rule.ts";

/** A list of integers from the attribute `name` or from input `place`; undefined where the node has neither. */
export function listOf(
  node: Node,
  builder: GraphBuilder,
  name: string,
  place: number,
): readonly number[] | undefined {
  const attribute = intsAttribute(node, name);
  if (attribute !== undefined) return attribute;
  const input = node.inputs[place];
  if (!input) return undefined;
  const numbers = builder.numbers(input);
  if (numbers === null) throw unsupported(node, `${input} is known only when it runs`);
  return numbers;
}

/** The attribute `axis`, from the front. */
export function axisOf(node: Node, rank: number, fallback: number): number {
  return frontAxis(intAttribute(node, "axis") ?? fallback, rank);
}

/** All axes from `first` to the last. */
export function axesFrom(first: number, rank: number): readonly number[] {
  return Array.from({ length: Math.max(rank - first, 0) }, (_, index) => first + index);
}

/** What a Slice takes along one axis, from the front: `start`, `start + step`, ... */
export interface SliceAlong {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

export function slicesOf(node: Node, builder: GraphBuilder): readonly SliceAlong[] {
  const dims = builder.dims(node.inputs[0]!);
  const starts = listOf(node, builder, "starts", 1) ?? [];
  const ends = listOf(node, builder, "ends", 2) ?? [];
  const axes = listOf(node, builder, "axes", 3) ?? starts.map((_, index) => index);
  const steps = listOf(node, builder, "steps", 4) ?? starts.map(() => 1);
  return axes.map((each, index) => {
    const axis = frontAxis(each, dims.length);
    const step = steps[index]!;
    const size = dims[axis]!;
    const last = step > 0 ? size : size - 1;
    const start = clamped(starts[index]!, size, 0, last);
    const end = clamped(ends[index]!, size, step > 0 ? 0 : -1, last);
    return { axis, start, step, count: Math.max(Math.ceil((end - start) / step), 0) };
  });
}

function clamped(bound: number, size: number, low: number, high: number): number {
  return Math.min(Math.max(bound < 0 ? bound + size : bound, low), high);
}
