// Gradients of operators that pick and put by indices.
import { intAttribute, textAttribute } from "../../onnx/attributes.ts";
import { frontAxis } from "../../onnx/shapes/facts.ts";
import { elementCount } from "../../onnx/tensor-numbers.ts";
import { axisOf } from "../axes.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { perInput, type Rule, type RuleTable, unsupported } from "../rule.ts";
import { scatterAlong } from "../scatter.ts";

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

const scatterElements: Rule = (node, upstream, builder) => {
  const [data, indices, updates] = node.inputs as readonly [Ref, Ref, Ref];
  const reduction = textAttribute(node, "reduction") ?? "none";
  if (reduction !== "none" && reduction !== "add") throw unsupported(node, `it reduces by ${reduction}`);
  const axis = axisOf(node, builder.dims(data).length, 0);
  const blank = () => builder.zeros(builder.elementType(updates), builder.dims(updates));
  return perInput(
    node,
    builder,
    () =>
      reduction === "add"
        ? upstream
        : builder.emit("ScatterElements", [upstream, indices, blank()], { axis }),
    () => null,
    () => builder.emit("GatherElements", [upstream, indices], { axis }),
  );
};

/** No element is chosen twice. */
const topK: Rule = (node, upstream, builder) => {
  const [data] = node.inputs as readonly [Ref];
  const [, indices] = node.outputs;
  if (!indices) throw unsupported(node, "it does not give its indices");
  const zeros = builder.zeros(builder.elementType(data), builder.dims(data));
  const axis = axisOf(node, builder.dims(data).length, -1);
  return [builder.emit("ScatterElements", [zeros, indices, upstream], { axis })];
};

export const indexingGradients = {
  Gather: gather,
  GatherND: gatherNd,
  GatherElements: gatherElements,
  ScatterND: scatterNd,
  ScatterElements: scatterElements,
  TopK: topK,
} satisfies RuleTable;
