// Axes through matrix products: those of rows and columns stay, the one that is summed over is gone.
import { intAttribute, textAttribute } from "../../onnx/attributes.ts";
import { type AxisFate, type AxisRule, type AxisStep, kept, lost } from "./axis-fate.ts";
import { elementwise } from "./layout-fates.ts";

const summed: AxisFate = { kind: "merged", how: "sum" };

/** NumPy's rule; `transA` and `transB` of the fused form swap the last two axes. */
const matMul: AxisRule = ({ node, place, axis, from, to }) => {
  if (place > 1 || from.length < 2 || to.length < from.length) return lost;
  const rank = from.length;
  if (axis < rank - 2) return kept(axis + to.length - rank);
  const isSwapped = intAttribute(node, place === 0 ? "transA" : "transB") === 1;
  const isLast = (axis === rank - 1) !== isSwapped;
  if (isLast === (place === 0)) return summed;
  return kept(place === 0 ? to.length - 2 : to.length - 1);
};

const gemm: AxisRule = (step) => {
  const { node, place, axis } = step;
  if (place > 1) return elementwise(step);
  const isSwapped = intAttribute(node, place === 0 ? "transA" : "transB") === 1;
  const isLast = (axis === 1) !== isSwapped;
  return isLast === (place === 0) ? summed : kept(place);
};

const einsum: AxisRule = ({ node, place, axis }) => {
  const terms = einsumTerms(textAttribute(node, "equation") ?? "", node.inputs.length);
  if (terms === null) return lost;
  const letter = terms.inputs[place]?.[axis];
  if (letter === undefined) return lost;
  const found = terms.result.indexOf(letter);
  return found < 0 ? summed : kept(found);
};

export const productFates: Readonly<Record<string, AxisRule>> = {
  MatMul: matMul,
  FusedMatMul: matMul,
  MatMulInteger: matMul,
  Gemm: gemm,
  FusedGemm: gemm,
  Einsum: einsum,
};

/** The letters of an equation; null where it uses dots, repeats a letter within a term, or leaves out its result. */
export function einsumTerms(
  equation: string,
  count: number,
): { readonly inputs: readonly string[]; readonly result: string } | null {
  const [left, result] = equation.replaceAll(/\s/g, "").split("->");
  const inputs = (left ?? "").split(",");
  const isPlain = result !== undefined && !equation.includes(".") && inputs.length === count;
  const isRepeated = inputs.some((term) => new Set(term).size < term.length);
  return isPlain && !isRepeated ? { inputs, result } : null;
}

/** Which axis of an operand a product sums over; null where it cannot be told. */
export function summedAxis(step: Omit<AxisStep, "axis">): number | null {
  const rule = productFates[step.node.opType];
  const axes = step.from.flatMap((_, axis) => (rule?.({ ...step, axis }).kind === "merged" ? [axis] : []));
  return axes.length === 1 ? axes[0]! : null;
}
