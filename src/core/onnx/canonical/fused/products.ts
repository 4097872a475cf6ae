// Products and convolutions that take a transposition, a factor, a sum or an activation along.
import { floatAttribute, floatsAttribute, intAttribute, textAttribute } from "../../attributes.ts";
import { ElementType, type Node } from "../../model.ts";
import { withoutAttributes } from "../edit-node.ts";
import type { GraphView } from "../graph-view.ts";
import type { Emitter, Rewrite } from "../rewrite.ts";
import { emitActivation } from "./activations.ts";

/** com.microsoft.FusedMatMul: alpha * A * B, each with its last two axes swapped if asked for. */
export const fusedMatMul: Rewrite = (node, view, emit) => {
  if (intAttribute(node, "transBatchA") === 1 || intAttribute(node, "transBatchB") === 1) return false;
  const [a, b] = [operand(node, 0, "transA", view, emit), operand(node, 1, "transB", view, emit)];
  if (a === null || b === null) return false;
  const alpha = floatAttribute(node, "alpha") ?? 1;
  const output = node.outputs[0]!;
  if (alpha === 1) {
    emit.node("MatMul", [a, b], {}, output);
    return true;
  }
  const type = view.facts(output).elementType ?? view.facts(a).elementType ?? ElementType.float32;
  emit.node("Mul", [emit.node("MatMul", [a, b]), emit.constant(type, [], [alpha])], {}, output);
  return true;
};

function operand(
  node: Node,
  place: number,
  attribute: string,
  view: GraphView,
  emit: Emitter,
): string | null {
  const name = node.inputs[place]!;
  if (intAttribute(node, attribute) !== 1) return name;
  const rank = view.shape(name)?.length;
  if (rank === undefined) return null;
  if (rank < 2) return name;
  const order = Array.from({ length: rank }, (_, axis) => axis);
  return emit.node("Transpose", [name], { perm: [...order.slice(0, -2), rank - 1, rank - 2] });
}

/** com.microsoft.FusedGemm: Gemm, then an activation. */
export const fusedGemm: Rewrite = (node, view, emit) => {
  const parameters = ["activation_alpha", "activation_beta"].flatMap(
    (name) => floatAttribute(node, name) ?? [],
  );
  const gemm = withoutAttributes(node, [
    "activation",
    "activation_alpha",
    "activation_beta",
    "activation_gamma",
  ]);
  const product = emit.freshName("Gemm");
  emit.raw({ ...gemm, opType: "Gemm", domain: "", outputs: [product] });
  return emitActivation(
    textAttribute(node, "activation"),
    parameters,
    [product, node.outputs[0]!],
    view,
    emit,
  );
};

/** com.microsoft.FusedConv: Conv, a sum with its fourth input, an activation. */
export const fusedConv: Rewrite = (node, view, emit) => {
  const [data, weight, bias, addend] = node.inputs;
  const conv = withoutAttributes(node, ["activation", "activation_params"]);
  const convolved = emit.freshName("Conv");
  const inputs = bias ? [data!, weight!, bias] : [data!, weight!];
  emit.raw({ ...conv, opType: "Conv", domain: "", inputs, outputs: [convolved] });
  const sum = addend ? emit.node("Add", [convolved, addend]) : convolved;
  const parameters = floatsAttribute(node, "activation_params") ?? [];
  return emitActivation(textAttribute(node, "activation"), parameters, [sum, node.outputs[0]!], view, emit);
};

/** com.microsoft.BiasSoftmax: the softmax of a sum, over the last axes from `axis` on. */
export const biasSoftmax: Rewrite = (node, view, emit) => {
  const shape = view.shape(node.inputs[0]);
  const axis = intAttribute(node, "axis") ?? 1;
  const isLast = axis === -1 || (shape !== null && axis === shape.length - 1);
  if (!isLast || intAttribute(node, "is_inner_broadcast") === 1) return false;
  emit.node("Softmax", [emit.node("Add", node.inputs.slice(0, 2))], { axis: -1 }, node.outputs[0]!);
  return true;
};
