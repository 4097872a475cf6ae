// Pooling that rounds its size up, with the padding that this means written out.
import { intAttribute, intsAttribute, textAttribute } from "../../attributes.ts";
import { makeAttribute } from "../../build.ts";
import { withAttribute, withoutAttributes } from "../edit-node.ts";
import type { Rewrite, RewriteTable } from "../rewrite.ts";

/**
 * The same windows by padding behind alone: what lies there never counts, unless an average counts all padding. ONNX's
 * own inference of sizes and its runtimes disagree on windows that would start in the padding.
 */
const pool: Rewrite = (node, view, emit) => {
  const [from, to] = [view.shape(node.inputs[0]), view.shape(node.outputs[0])];
  const kernel = intsAttribute(node, "kernel_shape");
  const isPlain = (textAttribute(node, "auto_pad") ?? "NOTSET") === "NOTSET";
  if (intAttribute(node, "ceil_mode") !== 1 || !isPlain || !kernel || !from || !to) return false;
  if (intAttribute(node, "count_include_pad") === 1 || [...from, ...to].includes(null)) return false;
  const each = (name: string) => intsAttribute(node, name) ?? kernel.map(() => 1);
  const [strides, dilations] = [each("strides"), each("dilations")];
  const before = (intsAttribute(node, "pads") ?? kernel.map(() => 0)).slice(0, kernel.length);
  const after = kernel.map((size, axis) => {
    const reach = (to[axis + 2]! - 1) * strides[axis]! + dilations[axis]! * (size - 1) + 1;
    return Math.max(reach - from[axis + 2]! - before[axis]!, 0);
  });
  const padded = withAttribute(node, makeAttribute("pads", [...before, ...after]));
  emit.raw(withoutAttributes(padded, ["ceil_mode", "auto_pad"]));
  return true;
};

export const ownPadding: RewriteTable = { MaxPool: [pool], AveragePool: [pool] };
