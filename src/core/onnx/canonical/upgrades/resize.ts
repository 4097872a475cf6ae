// Upsample, and Resize of operator set 10, as the Resize of today.
import { floatsAttribute, textAttribute } from "../../attributes.ts";
import { ElementType } from "../../model.ts";
import type { Rewrite } from "../rewrite.ts";

/**
 * Coordinates were scaled without an offset. The nearest element was the one before when enlarging, the one after
 * when shrinking.
 */
export const resize: Rewrite = (node, view, emit) => {
  if (node.opType === "Resize" && view.opset >= 11) return false;
  const listed = floatsAttribute(node, "scales");
  const scales = listed && emit.constant(ElementType.float32, [listed.length], listed);
  const factors = listed ?? view.numbers(node.inputs[1]);
  const name = scales ?? node.inputs[1];
  if (!name) return false;
  const kind = textAttribute(node, "mode") ?? "nearest";
  const mode = kind === "bilinear" || kind === "trilinear" ? "linear" : kind;
  const isShrinking = factors?.some((factor) => factor < 1) ?? false;
  const attributes = {
    mode,
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: isShrinking ? "ceil" : "floor",
  };
  emit.node("Resize", [node.inputs[0]!, "", name], attributes, node.outputs[0]!);
  return true;
};
