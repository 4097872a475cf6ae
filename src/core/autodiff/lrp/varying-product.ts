// Finds the products of two varying values that attention is made of, from either side.
import type { Node } from "../../onnx/model.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { movingOperators } from "./moves.ts";

/** Whether a value is a product of two varying ones, apart from moves, constant factors and shifts. */
export function comesFromProduct(ref: Ref, builder: GraphBuilder): boolean {
  const node = builder.producer(ref);
  if (node === undefined) return false;
  const varying = varyingInputs(node, builder);
  if (multiplying.has(node.opType)) return varying.length > 1;
  return isStep(node) && varying.length === 1 && comesFromProduct(varying[0]!, builder);
}

/** Whether a value becomes a factor of such a product, apart from moves, constant factors and shifts. */
export function goesToProduct(ref: Ref, builder: GraphBuilder): boolean {
  return builder.readersOf(ref).some((node) => {
    const isOnly = varyingInputs(node, builder).length === 1;
    if (multiplying.has(node.opType)) return !isOnly;
    return isStep(node) && isOnly && node.outputs.some((output) => goesToProduct(output, builder));
  });
}

function varyingInputs({ inputs }: Node, builder: GraphBuilder): readonly Ref[] {
  return inputs.filter((input) => input !== "" && !builder.isConstant(input));
}

function isStep({ opType }: Node): boolean {
  return scaling.has(opType) || movingOperators.has(opType);
}

const multiplying: ReadonlySet<string> = new Set(["MatMul", "Einsum"]);
const scaling: ReadonlySet<string> = new Set(["Mul", "Div", "Add", "Sub"]);
