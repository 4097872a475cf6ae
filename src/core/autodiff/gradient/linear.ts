// Gradients of matrix products and convolutions, which read the weights of the forward pass where they lie.
import { floatAttribute, intAttribute, intsAttribute, textAttribute } from "../../onnx/attributes.ts";
import { elementCount } from "../../onnx/tensor-numbers.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { perInput, type Rule, type RuleTable, unsupported } from "../rule.ts";
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

/** By the feature map a transposed convolution with the same weights; by the bias a sum. */
const conv: Rule = (node, upstream, builder) => {
  const [x, weight, bias] = node.inputs as readonly [Ref, Ref, Ref?];
  return perInput(
    node,
    builder,
    () => {
      const spatial = builder.dims(x).length - 2;
      const kernel = intsAttribute(node, "kernel_shape") ?? builder.dims(weight).slice(2);
      const each = (name: string) => intsAttribute(node, name) ?? Array<number>(spatial).fill(1);
      const [strides, dilations] = [each("strides"), each("dilations")];
      const sizes = builder.dims(x).slice(2);
      const pads = convPads(textAttribute(node, "auto_pad"), intsAttribute(node, "pads"), {
        ...{ sizes, kernel, strides, dilations },
      });
      const results = builder.dims(upstream).slice(2);
      // Pixels at the end that no step of the window reached.
      const output_padding = sizes.map((size, axis) => {
        const reach = (results[axis]! - 1) * strides[axis]! + dilations[axis]! * (kernel[axis]! - 1) + 1;
        return size - (reach - pads[axis]! - pads[axis + spatial]!);
      });
      const group = intAttribute(node, "group") ?? 1;
      const settings = { kernel_shape: kernel, strides, dilations, pads, output_padding, group };
      return builder.emit("ConvTranspose", [upstream, weight], settings, {
        dims: builder.dims(x),
        elementType: builder.elementType(upstream),
      });
    },
    () => {
      throw unsupported(node, "its weights depend on the picture");
    },
    () => {
      const { length } = builder.dims(upstream);
      const axes = Array.from({ length }, (_, axis) => axis).filter((axis) => axis !== 1);
      return builder.reshape(builder.sum(upstream, axes), builder.dims(bias!));
    },
  );
};

interface Window {
  readonly sizes: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** Padding before every axis, then after every axis. */
export function convPads(
  auto: string | undefined,
  explicit: readonly number[] | undefined,
  { sizes, kernel, strides, dilations }: Window,
): readonly number[] {
  if (auto === undefined || auto === "NOTSET") return explicit ?? sizes.flatMap(() => [0, 0]);
  if (auto === "VALID") return sizes.flatMap(() => [0, 0]);
  const totals = sizes.map((size, axis) => {
    const reach = (Math.ceil(size / strides[axis]!) - 1) * strides[axis]!;
    return Math.max(reach + dilations[axis]! * (kernel[axis]! - 1) + 1 - size, 0);
  });
  const smaller = totals.map((total) => Math.floor(total / 2));
  const larger = totals.map((total) => Math.ceil(total / 2));
  return auto === "SAME_LOWER" ? [...larger, ...smaller] : [...smaller, ...larger];
}

export const linearGradients = {
  MatMul: matMul,
  Gemm: gemm,
  Einsum: einsum,
  Conv: conv,
} satisfies RuleTable;
