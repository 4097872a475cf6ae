// Gradients of reductions: what arrives at a sum goes to every element that was summed.
import { intAttribute } from "../../onnx/attributes.ts";
import type { Node } from "../../onnx/model.ts";
import { axesFrom, listOf } from "../axes.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { frontAxes } from "../layout-operations.ts";
import type { Rule, RuleTable } from "../rule.ts";

/** The axes that are reduced; none where an empty list means to leave all as they are. */
export function reducedAxes(node: Node, builder: GraphBuilder): readonly number[] {
  const { length } = builder.dims(node.inputs[0]!);
  const axes = listOf(node, builder, "axes", 1) ?? [];
  if (axes.length > 0) return frontAxes(axes, length);
  return intAttribute(node, "noop_with_empty_axes") === 1 ? [] : axesFrom(0, length);
}

/**
 * @param share what each element gets, from what arrives and the result, both with the reduced axes of size 1.
 */
function reduction(
  share: (builder: GraphBuilder, upstream: Ref, x: Ref, result: Ref, axes: readonly number[]) => Ref,
): Rule {
  return (node, upstream, builder) => {
    const [x] = node.inputs as readonly [Ref];
    const axes = reducedAxes(node, builder);
    const kept = builder.dims(x).map((size, axis) => (axes.includes(axis) ? 1 : size));
    const arrived = builder.reshape(upstream, kept);
    return [share(builder, arrived, x, builder.reshape(node.outputs[0]!, kept), axes)];
  };
}

/** Equal extremes share what arrives, as in PyTorch's amax. */
const extreme = reduction((builder, upstream, x, result, axes) => {
  const hits = builder.cast(builder.equal(x, result), builder.elementType(x));
  return builder.mul(builder.div(upstream, builder.sum(hits, axes)), hits);
});

export const reductionGradients = {
  ReduceSum: reduction((_, upstream) => upstream),
  ReduceMean: reduction((builder, upstream, x, _, axes) =>
    builder.mul(upstream, 1 / axes.reduce((count, axis) => count * builder.dims(x)[axis]!, 1)),
  ),
  ReduceMax: extreme,
  ReduceMin: extreme,
  ReduceProd: reduction((builder, upstream, x, result) => builder.div(builder.mul(upstream, result), x)),
  ReduceSumSquare: reduction((builder, upstream, x) => builder.mul(upstream, builder.mul(x, 2))),
  ReduceL1: reduction((builder, upstream, x) => builder.mul(upstream, builder.emit("Sign", [x]))),
  ReduceL2: reduction((builder, upstream, x, result) => builder.mul(builder.div(upstream, result), x)),
  ReduceLogSum: reduction((builder, upstream, _, result) =>
    builder.div(upstream, builder.emit("Exp", [result])),
  ),
  ReduceLogSumExp: reduction((builder, upstream, x, result) =>
    builder.mul(upstream, builder.emit("Exp", [builder.sub(x, result)])),
  ),
} satisfies RuleTable;
