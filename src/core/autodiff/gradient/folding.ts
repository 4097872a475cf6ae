// Gradient of laying columns of blocks onto a picture, which outlook attention ends in.
import { elementCount } from "../../onnx/tensor-numbers.ts";
import type { Ref } from "../graph-builder.ts";
import { type Rule, type RuleTable, unsupported } from "../rule.ts";
import { pixelsOfWindows, singleChannels, windowsOf } from "../windows.ts";

/** Every block gets what lies under it. */
const columnsToImage: Rule = (node, upstream, builder) => {
  const [columns, , blockRef] = node.inputs as readonly [Ref, Ref, Ref];
  const kernel = builder.numbers(blockRef);
  if (kernel === null) throw unsupported(node, `${blockRef} is known only when it runs`);
  const windows = windowsOf(node, builder, { map: upstream, result: upstream, kernel });
  const { sizes, strides, dilations, padBefore, padAfter } = windows;
  const steps = sizes.map((size, axis) => {
    const padded = size + padBefore[axis]! + padAfter[axis]!;
    return Math.floor((padded - dilations[axis]! * (kernel[axis]! - 1) - 1) / strides[axis]!) + 1;
  });
  const dims = builder.dims(columns);
  if (elementCount(steps) !== dims[2]) throw unsupported(node, "its blocks are not all that fit");
  const pixels = pixelsOfWindows(builder, singleChannels(builder, upstream), { ...windows, steps }, 0);
  return [builder.reshape(pixels, dims)];
};

export const foldingGradients = { Col2Im: columnsToImage } satisfies RuleTable;
