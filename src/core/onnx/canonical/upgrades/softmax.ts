// Before operator set 13 a softmax ran over its axis and all later ones at once, and the axis was 1 by default.
import { intAttribute } from "../../attributes.ts";
import { frontAxis } from "../../shapes/facts.ts";
import type { Rewrite } from "../rewrite.ts";

export const softmax: Rewrite = (node, view, emit) => {
  if (view.opset >= 13) return false;
  const [input, output] = [node.inputs[0]!, node.outputs[0]!];
  const shape = view.shape(input);
  const declared = intAttribute(node, "axis") ?? 1;
  const axis = shape === null ? declared : frontAxis(declared, shape.length);
  if (shape?.slice(axis + 1).every((size) => size === 1)) {
    emit.node(node.opType, [input], { axis: axis === shape.length - 1 ? -1 : axis }, output);
    return true;
  }
  const rows = emit.node("Flatten", [input], { axis });
  const softened = emit.node(node.opType, [rows], { axis: -1 });
  emit.node("Reshape", [softened, emit.node("Shape", [input])], {}, output);
  return true;
};
