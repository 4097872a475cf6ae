// Gradients of operators that cut, join and pad: elements go back to their places, the others get zero.
import { intAttribute, textAttribute } from "../../onnx/attributes.ts";
import type { Node } from "../../onnx/model.ts";
import { frontAxis } from "../../onnx/shapes/facts.ts";
import { axisOf, listOf, slicesOf } from "../axes.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { type Rule, type RuleTable, unsupported } from "../rule.ts";
import { scatterAlong } from "../scatter.ts";

const slice: Rule = (node, upstream, builder) => {
  const dims = builder.dims(node.inputs[0]!);
  const placed = slicesOf(node, builder).reduce((part, { axis, start, step, count }) => {
    const picks = Array.from({ length: count }, (_, index) => start + index * step);
    return scatterAlong(builder, part, axis, picks, dims[axis]!);
  }, upstream);
  return [placed];
};

/** Parts side by side; zero for those that nothing arrives at. */
const split: Rule = (node, _, builder) => {
  const [x] = node.inputs as readonly [Ref];
  const axis = axisOf(node, builder.dims(x).length, 0);
  const parts = node.outputs.map(
    (output) => builder.upstreamOf(output) ?? builder.zeros(builder.elementType(x), builder.dims(output)),
  );
  return [builder.concat(parts, axis)];
};

const concat: Rule = (node, upstream, builder) => {
  const axis = axisOf(node, builder.dims(upstream).length, 1);
  let end = 0;
  return node.inputs.map((input) => {
    const start = end;
    end += builder.dims(input)[axis]!;
    return builder.flowsTo(input) ? builder.slice(upstream, axis, start, end) : null;
  });
};

const pad: Rule = (node, upstream, builder) => {
  const [x] = node.inputs as readonly [Ref];
  const dims = builder.dims(x);
  const pads = listOf(node, builder, "pads", 1) ?? [];
  const axes = listOf(node, builder, "axes", 3) ?? dims.map((_, axis) => axis);
  const mode = textAttribute(node, "mode") ?? "constant";
  const placed = axes.reduce((part, each, index) => {
    const axis = frontAxis(each, dims.length);
    const [before, after] = [pads[index]!, pads[index + axes.length]!];
    return before === 0 && after === 0
      ? part
      : unpadded(node, builder, { part, axis, before, after, size: dims[axis]!, mode });
  }, upstream);
  return [placed];
};

interface PaddedAxis {
  readonly part: Ref;
  readonly axis: number;
  readonly before: number;
  readonly after: number;
  readonly size: number;
  readonly mode: string;
}

/** Constants are cut off, where negative padding cut the input off come zeros; copies go back to their originals. */
function unpadded(
  node: Node,
  builder: GraphBuilder,
  { part, axis, before, after, size, mode }: PaddedAxis,
): Ref {
  const origin = origins[mode];
  if (origin === undefined) throw unsupported(node, `it pads by ${mode}`);
  const length = before + size + after;
  if (mode === "constant") {
    const cut = builder.slice(part, axis, Math.max(before, 0), length - Math.max(after, 0));
    return builder.pad(cut, axis, Math.max(-before, 0), Math.max(-after, 0));
  }
  const picks = Array.from({ length }, (_, place) => origin(place - before, size));
  return scatterAlong(builder, part, axis, picks, size);
}

/** The place in the input that a place in the padded axis, counted from the input's first, is a copy of. */
const origins: Readonly<Record<string, (place: number, size: number) => number>> = {
  constant: (place) => place,
  edge: (place, size) => Math.min(Math.max(place, 0), size - 1),
  reflect: (place, size) => (place < 0 ? -place : place >= size ? 2 * (size - 1) - place : place),
  wrap: (place, size) => ((place % size) + size) % size,
};

const trilu: Rule = (node, upstream, builder) => {
  const [, offset] = node.inputs as readonly [Ref, Ref?];
  const upper = intAttribute(node, "upper") ?? 1;
  return [builder.emit("Trilu", offset ? [upstream, offset] : [upstream], { upper })];
};

/** The same sum from the other end. */
const cumSum: Rule = (node, upstream, builder) => {
  const flag = (name: string) => intAttribute(node, name) ?? 0;
  const settings = { exclusive: flag("exclusive"), reverse: 1 - flag("reverse") };
  return [builder.emit("CumSum", [upstream, node.inputs[1]!], settings)];
};

export const selectionGradients = {
  Slice: slice,
  Split: split,
  Concat: concat,
  Pad: pad,
  Trilu: trilu,
  CumSum: cumSum,
} satisfies RuleTable;
