// Recognises the picture at the first layer's door, after any preprocessing that the file itself does.
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { movingOperators } from "./moves.ts";

/** Whether a value is an input `[B,C,H,W]`, scaled, shifted, cut or moved by constants only. */
export function isPicture(ref: Ref, builder: GraphBuilder): boolean {
  const node = builder.producer(ref);
  if (node === undefined) return !builder.isConstant(ref) && builder.dims(ref).length === 4;
  const varying = node.inputs.filter((input) => input !== "" && !builder.isConstant(input));
  const isStep = preprocessing.has(node.opType) || movingOperators.has(node.opType);
  return isStep && varying.length === 1 && isPicture(varying[0]!, builder);
}

const preprocessing: ReadonlySet<string> = new Set(["Add", "Sub", "Mul", "Div", "Clip", "Resize"]);
