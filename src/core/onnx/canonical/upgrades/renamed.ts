// Operators that got another name, lost an attribute or call a mode by another word.
import { intAttribute, textAttribute } from "../../attributes.ts";
import { makeAttribute } from "../../build.ts";
import { withAttribute, withoutAttributes } from "../edit-node.ts";
import type { Rewrite } from "../rewrite.ts";

export const scatter: Rewrite = (node, _, emit) => {
  emit.raw({ ...node, opType: "ScatterElements" });
  return true;
};

/** Statistics per channel are the only kind left; running ones were further results during training. */
export const batchNormalization: Rewrite = (node, _, emit) => {
  const isOld = node.outputs.length > 1 || intAttribute(node, "spatial") === 1;
  if (!isOld || intAttribute(node, "training_mode") === 1) return false;
  emit.raw({ ...withoutAttributes(node, ["spatial"]), outputs: node.outputs.slice(0, 1) });
  return true;
};

export const gridSample: Rewrite = (node, view, emit) => {
  const mode = textAttribute(node, "mode");
  const renamed = new Map([
    ["bilinear", "linear"],
    ["bicubic", "cubic"],
  ]).get(mode ?? "bilinear");
  if (view.opset >= 20 || renamed === undefined) return false;
  emit.raw(withAttribute(node, makeAttribute("mode", renamed)));
  return true;
};
