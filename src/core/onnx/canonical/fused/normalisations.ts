// Normalisations fused with the sum before them, and those that divide by the root of the mean square only.
import { floatAttribute, intAttribute } from "../../attributes.ts";
import { ElementType, type Node } from "../../model.ts";
import { frontAxis } from "../../shapes/facts.ts";
import type { GraphView } from "../graph-view.ts";
import type { Emitter, Rewrite } from "../rewrite.ts";

/** com.microsoft.SkipLayerNormalization: input + skip + bias, normalised; the sum is the fourth result. */
export const skipLayerNormalization: Rewrite = (node, view, emit) => {
  const [input, skip, scale, shift, bias] = node.inputs;
  if (isAnyRead(node, [1, 2], view)) return false;
  const sum = emitSum([input!, skip!], bias, node.outputs[3], view, emit);
  const epsilon = { float: floatAttribute(node, "epsilon") ?? 1e-12 };
  const inputs = shift ? [sum, scale!, shift] : [sum, scale!];
  emit.node("LayerNormalization", inputs, { axis: -1, epsilon }, node.outputs[0]!);
  return true;
};

/** com.microsoft.SkipSimplifiedLayerNormalization: the same by the root of the mean square. */
export const skipSimplifiedLayerNormalization: Rewrite = (node, view, emit) => {
  const [input, skip, scale, bias] = node.inputs;
  if (isAnyRead(node, [1, 2], view)) return false;
  const sum = emitSum([input!, skip!], bias, node.outputs[3], view, emit);
  const type = view.facts(input).elementType ?? ElementType.float32;
  const epsilon = floatAttribute(node, "epsilon") ?? 1e-12;
  emitRootMeanSquare({ input: sum, scale: scale!, axes: [-1], epsilon, type }, node.outputs[0]!, emit);
  return true;
};

/** RMSNormalization of operator set 23, and SimplifiedLayerNormalization, its name in onnxruntime. */
export const rmsNormalization: Rewrite = (node, view, emit) => {
  const [input, scale] = node.inputs;
  const { shape, elementType } = view.facts(input);
  if (shape === null || isAnyRead(node, [1], view)) return false;
  const first = frontAxis(intAttribute(node, "axis") ?? -1, shape.length);
  const axes = shape.map((_, axis) => axis).slice(first);
  const epsilon = floatAttribute(node, "epsilon") ?? 1e-5;
  const type = elementType ?? ElementType.float32;
  emitRootMeanSquare({ input: input!, scale: scale!, axes, epsilon, type }, node.outputs[0]!, emit);
  return true;
};

function isAnyRead(node: Node, places: readonly number[], view: GraphView): boolean {
  return places.some((place) => view.isRead(node.outputs[place]));
}

/**
 * input + skip + bias. The bias belongs to the product that joins the residual stream, so it is added to that one
 * first, as unfused models do: each sum is then a value that has a meaning.
 */
function emitSum(
  [input, skip]: readonly [string, string],
  bias: string | undefined,
  output: string | undefined,
  view: GraphView,
  emit: Emitter,
): string {
  const last = output || undefined;
  if (!bias) return emit.node("Add", [input, skip], {}, last);
  const isSkipProduct = isProduct(skip, view) && !isProduct(input, view);
  const [branch, stream] = isSkipProduct ? [skip, input] : [input, skip];
  return emit.node("Add", [emit.node("Add", [branch, bias]), stream], {}, last);
}

function isProduct(name: string, view: GraphView): boolean {
  return view.producer(name)?.opType === "MatMul";
}

interface RootMeanSquare {
  readonly input: string;
  readonly scale: string;
  readonly axes: readonly number[];
  readonly epsilon: number;
  readonly type: number;
}

/** x / sqrt(mean(x^2) + epsilon) * scale; squares of halves overflow, so these are computed as floats. */
function emitRootMeanSquare(of: RootMeanSquare, output: string, emit: Emitter): void {
  const isHalf = of.type === ElementType.float16;
  const x = isHalf ? emit.node("Cast", [of.input], { to: ElementType.float32 }) : of.input;
  const type = isHalf ? ElementType.float32 : of.type;
  const squares = emit.node("Mul", [x, x]);
  const mean = emit.node("ReduceMean", [squares, emit.ints(of.axes)], { keepdims: 1 });
  const root = emit.node("Sqrt", [emit.node("Add", [mean, emit.constant(type, [], [of.epsilon])])]);
  const normalised = emit.node("Div", [x, root]);
  const back = isHalf ? emit.node("Cast", [normalised], { to: of.type }) : normalised;
  emit.node("Mul", [back, of.scale], {}, output);
}
