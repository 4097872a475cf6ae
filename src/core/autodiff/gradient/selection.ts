// Gradients of operators that pick, split and join: elements go back to their places, the others get zero.
import { intAttribute, textAttribute } from "../../onnx/attributes.ts";
import type { Node } from "../../onnx/model.ts";
import { frontAxis } from "../../onnx/shapes/facts.ts";
import { elementCount } from "../../onnx/tensor-numbers.ts";
import { axisOf, listOf, slicesOf } from "../axes.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { perInput, type Rule, type RuleTable, unsupported } from "../rule.ts";
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

const gather: Rule = (node, upstream, builder) => {
  const [data, indices] = node.inputs as readonly [Ref, Ref];
  const dims = builder.dims(data);
  const axis = axisOf(node, dims.length, 0);
  const length = dims[axis]!;
  const count = elementCount(builder.dims(indices));
  const lined = builder.reshape(upstream, [...dims.slice(0, axis), count, ...dims.slice(axis + 1)]);
  const picks = builder.numbers(indices);
  if (picks !== null) {
    return [
      scatterAlong(
        builder,
        lined,
        axis,
        picks.map((pick) => frontAxis(pick, length)),
        length,
      ),
    ];
  }
  return [
    builder.reshape(byOneHot(builder, lined, axis, builder.reshape(indices, [1, count]), length), dims),
  ];
};

/** Indices that only a run tells: a product with the matrix that has a 1 where row `pick` meets its index. */
function byOneHot(builder: GraphBuilder, lined: Ref, axis: number, indices: Ref, length: number): Ref {
  const elementType = builder.elementType(indices);
  const places = builder.constant(
    elementType,
    [length, 1],
    Array.from({ length }, (_, place) => place),
  );
  const size = builder.constant(elementType, [], [length]);
  const hits = builder.equal(places, builder.emit("Mod", [indices, size]));
  const matrix = builder.cast(hits, builder.elementType(lined));
  const dims = builder.dims(lined);
  const before = elementCount(dims.slice(0, axis));
  const after = elementCount(dims.slice(axis + 1));
  return builder.matMul(matrix, builder.reshape(lined, [before, dims[axis]!, after]));
}

/** Rows go back by ScatterND; several to one place only from version 16 on, which can add. */
const gatherNd: Rule = (node, upstream, builder) => {
  const [data, indices] = node.inputs as readonly [Ref, Ref];
  if ((intAttribute(node, "batch_dims") ?? 0) !== 0) throw unsupported(node, "it has batch axes");
  const zeros = builder.zeros(builder.elementType(data), builder.dims(data));
  const isSingle = elementCount(builder.dims(indices).slice(0, -1)) === 1;
  if (!isSingle && builder.opset < 16) throw unsupported(node, "several rows before version 16");
  return [builder.emit("ScatterND", [zeros, indices, upstream], isSingle ? {} : { reduction: "add" })];
};

const gatherElements: Rule = (node, upstream, builder) => {
  const [data, indices] = node.inputs as readonly [Ref, Ref];
  if (builder.opset < 16) throw unsupported(node, "elements can be added up only from version 16 on");
  const zeros = builder.zeros(builder.elementType(data), builder.dims(data));
  const axis = axisOf(node, builder.dims(data).length, 0);
  return [builder.emit("ScatterElements", [zeros, indices, upstream], { axis, reduction: "add" })];
};

/** Overwritten rows get nothing; what overwrote them gets theirs. */
const scatterNd: Rule = (node, upstream, builder) => {
  const [data, indices, updates] = node.inputs as readonly [Ref, Ref, Ref];
  const reduction = textAttribute(node, "reduction") ?? "none";
  if (reduction !== "none" && reduction !== "add") throw unsupported(node, `it reduces by ${reduction}`);
  const blank = () => builder.zeros(builder.elementType(updates), builder.dims(updates));
  return perInput(
    node,
    builder,
    () =>
      reduction === "add"
        ? upstream
        : builder.emit("ScatterND", [upstream, indices, blank()], {}, { dims: builder.dims(data) }),
    () => null,
    () => builder.emit("GatherND", [upstream, indices], {}, { dims: builder.dims(updates) }),
  );
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
  Gather: gather,
  GatherND: gatherNd,
  GatherElements: gatherElements,
  ScatterND: scatterNd,
  Pad: pad,
  Trilu: trilu,
  CumSum: cumSum,
} satisfies RuleTable;
