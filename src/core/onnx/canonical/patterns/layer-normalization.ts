// Layer normalisation written as means, differences and a root becomes LayerNormalization.
import type { GraphView } from "../graph-view.ts";
import type { Emitter, Rewrite } from "../rewrite.ts";
import {
  bothOrders,
  type Deviation,
  deviation,
  differenceFromMean,
  inverseDeviation,
  isSameExtent,
  meanOf,
} from "./statistics.ts";
import { inShape } from "./vectors.ts";

/** (x - mean) / sqrt(variance + epsilon) */
export const dividedByDeviation: Rewrite = (node, view, emit) => {
  const [centred, divisor] = node.inputs;
  const found = deviation(divisor, view);
  if (!isSameExtent(found, differenceFromMean(centred, view))) return false;
  return emitNormalisation(found!, {}, node.outputs[0]!, view, emit);
};

/** (x - mean) * (1 / sqrt(variance + epsilon)), where the second may carry the scale already */
export const timesInverseDeviation: Rewrite = (node, view, emit) => {
  for (const [centred, factor] of bothOrders(node)) {
    const { found, scale } = scaledInverse(factor, view);
    if (!isSameExtent(found, differenceFromMean(centred, view))) continue;
    if (emitNormalisation(found!, { scale }, node.outputs[0]!, view, emit)) return true;
  }
  return false;
};

/** Either of these, times a scale and plus a bias per channel, in any order: what real models have. */
export const withScaleAndBias: Rewrite = (node, view, emit) => {
  for (const [product, bias] of bothOrders(node)) {
    if (!view.isConstant(bias)) continue;
    for (const [normalised, scale] of bothOrders(view.producer(product, "Mul"))) {
      const found = view.isConstant(scale) ? normalisation(normalised, view) : null;
      if (found === null) continue;
      if (emitNormalisation(found, { scale, bias }, node.outputs[0]!, view, emit)) return true;
    }
  }
  return false;
};

/** What the value normalises, if it does, without a scale. */
function normalisation(name: string, view: GraphView): Deviation | null {
  const [a, b] = view.producer(name, "Div")?.inputs ?? [];
  const divisor = deviation(b, view);
  if (isSameExtent(divisor, differenceFromMean(a, view))) return divisor;
  for (const [centred, factor] of bothOrders(view.producer(name, "Mul"))) {
    const inverse = inverseDeviation(factor, view);
    if (isSameExtent(inverse, differenceFromMean(centred, view))) return inverse;
  }
  return null;
}

/** x * s + (bias - mean * s) with s = scale / sqrt(variance + epsilon), as TensorFlow writes it */
export const foldedIntoFactor: Rewrite = (node, view, emit) => {
  for (const [product, shift] of bothOrders(node)) {
    const [bias, meanProduct] = view.producer(shift, "Sub")?.inputs ?? [];
    for (const [input, factor] of bothOrders(view.producer(product, "Mul"))) {
      const mean = bothOrders(view.producer(meanProduct, "Mul")).find(([, each]) => each === factor)?.[0];
      const { found, scale } = scaledInverse(factor, view);
      if (found?.input !== input || !isSameExtent(found, meanOf(mean, view))) continue;
      if (emitNormalisation(found, { scale, bias }, node.outputs[0]!, view, emit)) return true;
    }
  }
  return false;
};

/** 1 / sqrt(variance + epsilon), or that times a scale per channel. */
function scaledInverse(name: string, view: GraphView): { found: Deviation | null; scale?: string } {
  const found = inverseDeviation(name, view);
  if (found !== null) return { found };
  const product = bothOrders(view.producer(name, "Mul")).find(([, vector]) => view.isConstant(vector));
  return product === undefined
    ? { found: null }
    : { found: inverseDeviation(product[0], view), scale: product[1] };
}

/** Without a scale, ones are written, which a factor after the normalisation replaces if there is one. */
function emitNormalisation(
  { input, axis, epsilon }: Deviation,
  { scale, bias }: { readonly scale?: string | undefined; readonly bias?: string | undefined },
  output: string,
  view: GraphView,
  emit: Emitter,
): boolean {
  const { shape, elementType } = view.facts(input);
  const sizes = shape?.slice(axis) ?? [null];
  if (elementType === null || !sizes.every((size) => size !== null)) return false;
  const ones = () => emit.filled(elementType, sizes, () => 1);
  const factor = scale === undefined ? ones() : inShape(scale, sizes, view, emit);
  const shift = bias === undefined ? undefined : inShape(bias, sizes, view, emit);
  if (factor === null || shift === null) return false;
  const inputs = shift === undefined ? [input, factor] : [input, factor, shift];
  const attributes = { axis: axis - shape!.length, epsilon: { float: epsilon } };
  emit.node("LayerNormalization", inputs, attributes, output);
  return true;
}
