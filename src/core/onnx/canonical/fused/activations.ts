// GELU under its com.microsoft names, Swish of operator set 24, and activations fused into products.
import { floatAttribute } from "../../attributes.ts";
import type { AttributeInput } from "../../build.ts";
import { ElementType } from "../../model.ts";
import type { GraphView } from "../graph-view.ts";
import type { Emitter, Rewrite } from "../rewrite.ts";

/** com.microsoft.Gelu and BiasGelu: x * (1 + erf(x / sqrt 2)) / 2. */
export const gelu: Rewrite = (node, _, emit) => {
  const [input, bias] = node.inputs;
  emit.node("Gelu", [withBias(input!, bias, emit)], {}, node.outputs[0]!);
  return true;
};

/** com.microsoft.FastGelu: the form with tanh. */
export const fastGelu: Rewrite = (node, _, emit) => {
  const [input, bias] = node.inputs;
  emit.node("Gelu", [withBias(input!, bias, emit)], { approximate: "tanh" }, node.outputs[0]!);
  return true;
};

function withBias(input: string, bias: string | undefined, emit: Emitter): string {
  return bias ? emit.node("Add", [input, bias]) : input;
}

/** x * sigmoid(alpha * x): com.microsoft.QuickGelu with 1.702 by default, Swish with 1. */
export const sigmoidGated =
  (usualAlpha: number): Rewrite =>
  (node, view, emit) => {
    const input = node.inputs[0]!;
    const alpha = floatAttribute(node, "alpha") ?? usualAlpha;
    const type = view.facts(input).elementType ?? ElementType.float32;
    const scaled = alpha === 1 ? input : emit.node("Mul", [input, emit.constant(type, [], [alpha])]);
    emit.node("Mul", [input, emit.node("Sigmoid", [scaled])], {}, node.outputs[0]!);
    return true;
  };

/** The attributes of activations that take numbers, in the order in which fused operators list these. */
const parameterNames: ReadonlyMap<string, readonly string[]> = new Map([
  ["Relu", []],
  ["Tanh", []],
  ["Sigmoid", []],
  ["HardSwish", []],
  ["LeakyRelu", ["alpha"]],
  ["HardSigmoid", ["alpha", "beta"]],
]);

/**
 * Writes the activation that a fused operator applies at its end.
 * @param activation the operator's name; undefined for none.
 * @returns false where that activation is not known.
 */
export function emitActivation(
  activation: string | undefined,
  parameters: readonly number[],
  [input, output]: readonly [string, string],
  view: GraphView,
  emit: Emitter,
): boolean {
  if (activation === undefined || activation === "") {
    emit.node("Identity", [input], {}, output);
    return true;
  }
  if (activation === "Clip") {
    const type = view.facts(output).elementType ?? ElementType.float32;
    const bounds = parameters.slice(0, 2).map((value) => emit.constant(type, [], [value]));
    emit.node("Clip", [input, ...bounds], {}, output);
    return true;
  }
  const names = parameterNames.get(activation);
  if (names === undefined) return false;
  const attributes: Record<string, AttributeInput> = {};
  for (const [place, name] of names.entries()) {
    const float = parameters[place];
    if (float !== undefined) attributes[name] = { float };
  }
  emit.node(activation, [input], attributes, output);
  return true;
}
