// Gradients of pooling.
import { intAttribute, intsAttribute } from "../../onnx/attributes.ts";
import { ElementType, type Node } from "../../onnx/model.ts";
import { elementCount } from "../../onnx/tensor-numbers.ts";
import { axesFrom } from "../axes.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { layBack, pixelsOfWindows, placesOf, singleChannels, type Windows, windowsOf } from "../windows.ts";

const single = { channels: 1, group: 1 } as const;

/** Every pixel of a window gets the same share. */
const averagePool: Rule = (node, upstream, builder) => {
  const [x] = node.inputs as readonly [Ref];
  const elementType = builder.elementType(x);
  const windows = poolWindows(node, builder, x, upstream);
  const counts = pixelCounts(windows, intAttribute(node, "count_include_pad") === 1);
  const shares = counts.map((count) => 1 / count);
  const isEven = counts.every((count) => count === counts[0]);
  const share = isEven
    ? builder.mul(upstream, shares[0]!)
    : builder.mul(upstream, builder.constant(elementType, [1, 1, ...windows.steps], shares));
  const { kernel } = windows;
  const ones = builder.constant(elementType, [1, 1, ...kernel], Array<number>(elementCount(kernel)).fill(1));
  const laid = layBack(builder, singleChannels(builder, share), ones, windows, single);
  return [builder.reshape(laid, builder.dims(x))];
};

/**
 * The first largest pixel of a window gets everything, as in PyTorch: pixels that equal the result are ranked by
 * their place. A transposed convolution with one channel per place lays them back.
 */
const maxPool: Rule = (node, upstream, builder) => {
  const [x] = node.inputs as readonly [Ref];
  const [result] = node.outputs as readonly [Ref];
  const elementType = builder.elementType(x);
  const windows = poolWindows(node, builder, x, upstream);
  const places = placesOf(windows.kernel);
  const lowest = elementType === ElementType.float16 ? -65504 : -3.4028234663852886e38;
  const pixels = pixelsOfWindows(builder, singleChannels(builder, x), windows, lowest);
  const axes = windows.kernel.map(() => 1);
  const ranks = builder.constant(
    elementType,
    [1, places.length, ...axes],
    places.map((_, place) => places.length - place),
  );
  const isLargest = builder.equal(pixels, singleChannels(builder, result));
  const ranked = builder.where(isLargest, ranks, 0);
  const isFirst = builder.equal(ranked, builder.max(ranked, [1]));
  const given = builder.where(isFirst, singleChannels(builder, upstream), 0);
  const oneHot = places.flatMap((_, row) => places.map((__, column) => (row === column ? 1 : 0)));
  const weight = builder.constant(elementType, [places.length, 1, ...windows.kernel], oneHot);
  return [builder.reshape(layBack(builder, given, weight, windows, single), builder.dims(x))];
};

function poolWindows(node: Node, builder: GraphBuilder, map: Ref, result: Ref): Windows {
  return windowsOf(node, builder, { map, result, kernel: intsAttribute(node, "kernel_shape")! });
}

/** How many pixels each step averages, row-major; padding beyond what was asked for never counts. */
function pixelCounts(windows: Windows, countsPadding: boolean): readonly number[] {
  const { kernel, strides, dilations, sizes, steps, padBefore, padAfter } = windows;
  const perAxis = kernel.map((size, axis) => {
    const [low, high] = countsPadding
      ? [-padBefore[axis]!, sizes[axis]! + padAfter[axis]!]
      : [0, sizes[axis]!];
    return Array.from({ length: steps[axis]! }, (_, step) => {
      const start = step * strides[axis]! - padBefore[axis]!;
      const pixels = Array.from({ length: size }, (__, index) => start + index * dilations[axis]!);
      return pixels.filter((pixel) => pixel >= low && pixel < high).length;
    });
  });
  return perAxis.reduce(
    (all, counts) => all.flatMap((product) => counts.map((count) => product * count)),
    [1],
  );
}

const globalAveragePool: Rule = (node, upstream, builder) => {
  const count = elementCount(builder.dims(node.inputs[0]!).slice(2));
  return [builder.mul(upstream, 1 / count)];
};

/** Equal largest pixels share. */
const globalMaxPool: Rule = (node, upstream, builder) => {
  const [x] = node.inputs as readonly [Ref];
  const hits = builder.cast(builder.equal(x, node.outputs[0]!), builder.elementType(x));
  const count = builder.sum(hits, axesFrom(2, builder.dims(x).length));
  return [builder.mul(hits, builder.div(upstream, count))];
};

export const poolingGradients = {
  AveragePool: averagePool,
  MaxPool: maxPool,
  GlobalAveragePool: globalAveragePool,
  GlobalMaxPool: globalMaxPool,
} satisfies RuleTable;
