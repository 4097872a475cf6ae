// Operators whose attributes became inputs: axes, parts, bounds, pads, slice ends, numbers of largest elements.
import { floatAttribute, intAttribute, intsAttribute } from "../../attributes.ts";
import { makeAttribute } from "../../build.ts";
import { ElementType } from "../../model.ts";
import { withAttribute, withInputs, withoutAttributes } from "../edit-node.ts";
import type { Rewrite } from "../rewrite.ts";

/** The axes of Squeeze, Unsqueeze and reductions. */
export const axes: Rewrite = (node, _, emit) => {
  const list = intsAttribute(node, "axes");
  if (list === undefined) return false;
  emit.raw(withInputs(withoutAttributes(node, ["axes"]), [node.inputs[0]!, emit.ints(list)]));
  return true;
};

/** Since 13 the sizes of the parts are an input; since 18 their number must be said where the sizes are not. */
export const split: Rewrite = (node, view, emit) => {
  const sizes = intsAttribute(node, "split");
  if (sizes !== undefined) {
    emit.raw(withInputs(withoutAttributes(node, ["split"]), [node.inputs[0]!, emit.ints(sizes)]));
    return true;
  }
  if (node.inputs[1] || view.opset >= 18 || intAttribute(node, "num_outputs") !== undefined) return false;
  emit.raw(withAttribute(node, makeAttribute("num_outputs", node.outputs.length)));
  return true;
};

export const clip: Rewrite = (node, view, emit) => {
  const [least, most] = [floatAttribute(node, "min"), floatAttribute(node, "max")];
  if (least === undefined && most === undefined) return false;
  const type = view.facts(node.inputs[0]).elementType ?? ElementType.float32;
  const bound = (value: number | undefined) => (value === undefined ? "" : emit.constant(type, [], [value]));
  const inputs = [node.inputs[0]!, bound(least), bound(most)];
  emit.raw(withInputs(withoutAttributes(node, ["min", "max"]), inputs));
  return true;
};

export const dropout: Rewrite = (node, _, emit) => {
  if (floatAttribute(node, "ratio") === undefined) return false;
  emit.raw(withoutAttributes(node, ["ratio"]));
  return true;
};

export const pad: Rewrite = (node, view, emit) => {
  const pads = intsAttribute(node, "pads");
  if (pads === undefined) return false;
  const type = view.facts(node.inputs[0]).elementType ?? ElementType.float32;
  const value = floatAttribute(node, "value") ?? 0;
  const inputs = [node.inputs[0]!, emit.ints(pads), emit.constant(type, [], [value])];
  emit.raw(withInputs(withoutAttributes(node, ["pads", "value"]), inputs));
  return true;
};

export const slice: Rewrite = (node, _, emit) => {
  const [starts, ends] = [intsAttribute(node, "starts"), intsAttribute(node, "ends")];
  if (starts === undefined || ends === undefined) return false;
  const along = intsAttribute(node, "axes");
  const lists = [starts, ends, ...(along === undefined ? [] : [along])].map((list) => emit.ints(list));
  emit.raw(withInputs(withoutAttributes(node, ["starts", "ends", "axes"]), [node.inputs[0]!, ...lists]));
  return true;
};

export const topK: Rewrite = (node, _, emit) => {
  const count = intAttribute(node, "k");
  if (count === undefined) return false;
  emit.raw(withInputs(withoutAttributes(node, ["k"]), [node.inputs[0]!, emit.ints([count])]));
  return true;
};
