// Gradients of matrix products, which read the weights of the forward pass where they lie.
import { floatAttribute, intAttribute } from "../../onnx/attributes.ts";
import { elementCount } from "../../onnx/tensor-numbers.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { perInput, type Rule, type RuleTable } from "../rule.ts";
import { einsum } from "./einsum.ts";

/** NumPy's matrix product. Vectors are treated as the matrices that they stand for. */
const matMul: Rule = (node, upstream, builder) => {
  const [x, y] = node.inputs as readonly [Ref, Ref];
  const [from, to] = [builder.dims(x), builder.dims(y)];
  const left = from.length === 1 ? [1, ...from] : from;
  const right = to.length === 1 ? [...to, 1] : to;
  const arrived = builder.reshape(upstream, [
    ...builder.dims(upstream).slice(0, batchAxes(left, right)),
    left.at(-2)!,
    right.at(-1)!,
  ]);
  const a = builder.reshape(x, left);
  const b = builder.reshape(y, right);
  return perInput(
    node,
    builder,
    () => builder.reshape(byLeft(builder, arrived, a, b), from),
    () => builder.reshape(byRight(builder, arrived, a, b), to),
  );
};

function batchAxes(left: readonly number[], right: readonly number[]): number {
  return Math.max(left.length, right.length) - 2;
}

/** `G Y'`; a weight is not transposed but read the other way round. */
function byLeft(builder: GraphBuilder, arrived: Ref, a: Ref, b: Ref): Ref {
  const [rows, columns] = [builder.dims(b).at(-2)!, builder.dims(b).at(-1)!];
  if (builder.dims(b).length > 2) return builder.sumTo(builder.matMul(arrived, builder.swapped(b)), a);
  const lined = builder.reshape(arrived, [elementCount(builder.dims(arrived)) / columns, columns]);
  const product = builder.gemm(lined, b, { transB: true });
  return builder.reshape(product, [...builder.dims(arrived).slice(0, -1), rows]);
}

/** `X' G` */
function byRight(builder: GraphBuilder, arrived: Ref, a: Ref, b: Ref): Ref {
  if (builder.dims(b).length > 2 || builder.dims(a).length === 2)
    return builder.sumTo(builder.matMul(builder.swapped(a), arrived), b);
  const [rows, columns] = builder.dims(b) as readonly [number, number];
  const count = elementCount(builder.dims(a)) / rows;
  const lined = builder.reshape(arrived, [count, columns]);
  return builder.gemm(builder.reshape(a, [count, rows]), lined, { transA: true });
}

/** `alpha A B + beta C`, A and B transposed where the attributes say so. */
const gemm: Rule = (node, upstream, builder) => {
  const [a, b, c] = node.inputs as readonly [Ref, Ref, Ref?];
  const transA = intAttribute(node, "transA") === 1;
  const transB = intAttribute(node, "transB") === 1;
  const alpha = floatAttribute(node, "alpha") ?? 1;
  return perInput(
    node,
    builder,
    () =>
      transA
        ? builder.gemm(b, upstream, { transA: transB, transB: true, alpha })
        : builder.gemm(upstream, b, { transB: !transB, alpha }),
    () =>
      transB
        ? builder.gemm(upstream, a, { transA: true, transB: transA, alpha })
        : builder.gemm(a, upstream, { transA: !transA, alpha }),
    () => builder.sumTo(builder.mul(upstream, floatAttribute(node, "beta") ?? 1), c!),
  );
};

export const linearGradients = {
  MatMul: matMul,
  Gemm: gemm,
  Einsum: einsum,
} satisfies RuleTable;
