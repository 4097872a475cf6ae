// Gradient of resizing: it is linear along every axis, so the transposed interpolation matrices do it.
import { floatAttribute, intAttribute, intsAttribute, textAttribute } from "../../onnx/attributes.ts";
import type { Node } from "../../onnx/model.ts";
import { frontAxis } from "../../onnx/shapes/facts.ts";
import { elementCount } from "../../onnx/tensor-numbers.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { type Rule, type RuleTable, unsupported } from "../rule.ts";

const resize: Rule = (node, upstream, builder) => {
  if (intAttribute(node, "antialias") === 1) throw unsupported(node, "it smooths before it shrinks");
  const [x] = node.inputs as readonly [Ref];
  const scales = scalesOf(node, builder);
  return [
    builder.dims(x).reduce((part, size, axis) => {
      const length = builder.dims(upstream)[axis]!;
      const scale = scales?.[axis] ?? length / size;
      return length === size && scale === 1
        ? part
        : alongAxis(node, builder, part, { axis, size, length, scale });
    }, upstream),
  ];
};

interface ResizedAxis {
  readonly axis: number;
  readonly size: number;
  readonly length: number;
  readonly scale: number;
}

/** The scale of every axis where the node names scales, as an attribute, the second or the third input. */
function scalesOf(node: Node, builder: GraphBuilder): readonly number[] | null {
  const place = node.inputs.length === 2 ? 1 : 2;
  const input = node.inputs[place];
  const values = input && builder.dims(input)[0] !== 0 ? builder.numbers(input) : null;
  if (!values || values.length === 0) return null;
  const { length } = builder.dims(node.inputs[0]!);
  const axes = intsAttribute(node, "axes")?.map((axis) => frontAxis(axis, length));
  return axes === undefined
    ? values
    : Array.from({ length }, (_, axis) => (axes.includes(axis) ? values[axes.indexOf(axis)]! : 1));
}

function alongAxis(node: Node, builder: GraphBuilder, part: Ref, at: ResizedAxis): Ref {
  const { axis, size, length } = at;
  const matrix = Array<number>(size * length).fill(0);
  for (let step = 0; step < length; step++) {
    for (const [tap, weight] of tapsAt(node, builder, step, at)) {
      matrix[Math.min(Math.max(tap, 0), size - 1) * length + step]! += weight;
    }
  }
  const dims = builder.dims(part);
  const [before, after] = [elementCount(dims.slice(0, axis)), elementCount(dims.slice(axis + 1))];
  const weights = builder.constant(builder.elementType(part), [size, length], matrix);
  const product = builder.matMul(weights, builder.reshape(part, [before, length, after]));
  return builder.reshape(product, [...dims.slice(0, axis), size, ...dims.slice(axis + 1)]);
}

/** The pixels of the input that a pixel of the result is made of, with their weights. */
function tapsAt(
  node: Node,
  builder: GraphBuilder,
  step: number,
  at: ResizedAxis,
): readonly (readonly [number, number])[] {
  const old = node.opType === "Upsample" || builder.opset < 11;
  const rule = textAttribute(node, "coordinate_transformation_mode") ?? (old ? "asymmetric" : "half_pixel");
  const origin = origins[rule];
  if (origin === undefined) throw unsupported(node, `it places pixels by ${rule}`);
  const place = origin(step, at);
  const floor = Math.floor(place);
  switch (textAttribute(node, "mode") ?? "nearest") {
    case "linear":
      return [
        [floor, 1 - (place - floor)],
        [floor + 1, place - floor],
      ];
    case "cubic":
      return cubicTaps(node, place, at.size);
    default:
      return [
        [nearest[textAttribute(node, "nearest_mode") ?? (old ? "floor" : "round_prefer_floor")]!(place), 1],
      ];
  }
}

/** Where a pixel of the result lies in the input. */
const origins: Readonly<Record<string, (step: number, at: ResizedAxis) => number>> = {
  half_pixel: (step, { scale }) => (step + 0.5) / scale - 0.5,
  pytorch_half_pixel: (step, { scale, length }) => (length > 1 ? (step + 0.5) / scale - 0.5 : 0),
  align_corners: (step, { size, length }) => (length > 1 ? (step * (size - 1)) / (length - 1) : 0),
  asymmetric: (step, { scale }) => step / scale,
  tf_half_pixel_for_nn: (step, { scale }) => (step + 0.5) / scale,
};

const nearest: Readonly<Record<string, (place: number) => number>> = {
  round_prefer_floor: (place) => Math.ceil(place - 0.5),
  round_prefer_ceil: (place) => Math.floor(place + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

function cubicTaps(node: Node, place: number, size: number): readonly (readonly [number, number])[] {
  const a = floatAttribute(node, "cubic_coeff_a") ?? -0.75;
  const floor = Math.floor(place);
  const taps = [-1, 0, 1, 2].map((offset) => [floor + offset, cubic(place - floor - offset, a)] as const);
  if (intAttribute(node, "exclude_outside") !== 1) return taps;
  const inside = taps.filter(([tap]) => tap >= 0 && tap < size);
  const total = inside.reduce((sum, [, weight]) => sum + weight, 0);
  return inside.map(([tap, weight]) => [tap, weight / total]);
}

/** The cubic convolution kernel with parameter `a`. */
function cubic(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

export const resizeGradients = { Resize: resize, Upsample: resize } satisfies RuleTable;
