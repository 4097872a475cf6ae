// Walks a graph once and notes what is known of every value: shapes, element types, small integers.
import { tensorAttribute } from "../attributes.ts";
import type { GraphIndex } from "../graph-index.ts";
import { ElementType, type Node, type OnnxModel, type Tensor, type ValueInfo } from "../model.ts";
import { isStandardDomain } from "../operator-sets.ts";
import { tensorNumbers } from "../tensor-numbers.ts";
import { arithmeticRules, identity, same, sameShapeBoolean } from "./arithmetic-rules.ts";
import {
  mostAxes,
  mostValues,
  type RuleInput,
  type Shape,
  type ShapeRule,
  sizeOf,
  unknownFacts,
  type ValueFacts,
} from "./facts.ts";
import { layoutRules } from "./layout-rules.ts";
import { productRules } from "./product-rules.ts";
import { selectionRules } from "./selection-rules.ts";
import { spatialRules } from "./spatial-rules.ts";

/**
 * Sizes that only a run can tell stay null; an operator without a rule makes its outputs unknown, unless the
 * file declares them.
 * @param inputShapes shapes to assume for graph inputs instead of the declared ones.
 * @returns facts by value name; every input, initializer and result has an entry.
 */
export function inferFacts(
  model: OnnxModel,
  index: GraphIndex,
  inputShapes: ReadonlyMap<string, Shape>,
): ReadonlyMap<string, ValueFacts> {
  const known = new Map<string, ValueFacts>();
  const declared = new Map<string, ValueFacts>();
  for (const value of model.graph.inputs) {
    const facts = declaredFacts(value);
    known.set(value.name, { ...facts, shape: inputShapes.get(value.name) ?? facts.shape });
  }
  for (const tensor of model.graph.initializers) known.set(tensor.name, tensorFacts(tensor));
  for (const value of [...model.graph.valueInfo, ...model.graph.outputs]) {
    declared.set(value.name, declaredFacts(value));
  }
  for (const node of index.order) {
    const inferred = factsOfNode(node, known);
    for (const [place, name] of node.outputs.entries()) {
      if (name === "") continue;
      known.set(name, completed(inferred[place] ?? unknownFacts, declared.get(name)));
    }
  }
  return known;
}

const sameRules = Object.fromEntries(
  [
    "Relu Gelu Erf Exp Log Sigmoid Tanh Softmax LogSoftmax Hardmax LayerNormalization BatchNormalization",
    "InstanceNormalization GroupNormalization SimplifiedLayerNormalization BiasGelu",
    "RMSNormalization LpNormalization BiasSoftmax FastGelu QuickGelu Clip HardSwish HardSigmoid LeakyRelu Elu",
    "Selu Celu ThresholdedRelu Softplus Softsign Mish Swish Sin Cos Round Sign LRN RotaryEmbedding",
  ]
    .join(" ")
    .split(" ")
    .map((operator) => [operator, same]),
);

const rules: Readonly<Record<string, ShapeRule>> = {
  ...sameRules,
  ...arithmeticRules,
  ...layoutRules,
  ...selectionRules,
  ...productRules,
  ...spatialRules,
  SkipLayerNormalization: normOfSum,
  SkipSimplifiedLayerNormalization: normOfSum,
  Identity: identity,
  Dropout: identity,
  IsNaN: sameShapeBoolean,
  IsInf: sameShapeBoolean,
  QuantizeLinear: (at) => [{ ...unknownFacts, shape: at.facts[0]?.shape ?? null }],
  DequantizeLinear: (at) => [
    { ...unknownFacts, elementType: at.facts[1]?.elementType ?? null, shape: at.facts[0]?.shape ?? null },
  ],
};

/** The norm, two statistics, and the sum that was normalised. */
function normOfSum(at: RuleInput): readonly ValueFacts[] {
  const [norm = unknownFacts] = same(at);
  return [norm, unknownFacts, unknownFacts, norm];
}

/** What is known of a node's results; results beyond the list are unknown. */
export function factsOfNode(node: Node, known: ReadonlyMap<string, ValueFacts>): readonly ValueFacts[] {
  if (node.opType === "Constant") {
    const tensor = tensorAttribute(node, "value");
    return [tensor === undefined ? constantFacts(node) : tensorFacts(tensor)];
  }
  const rule =
    isStandardDomain(node.domain) || node.domain === "com.microsoft" ? rules[node.opType] : undefined;
  if (rule === undefined) return [];
  return rule({ node, facts: node.inputs.map((name) => known.get(name) ?? unknownFacts) });
}

function tensorFacts(tensor: Tensor): ValueFacts {
  const count = sizeOf(tensor.dims);
  const values = count !== null && count <= mostValues ? tensorNumbers(tensor) : null;
  return { elementType: tensor.elementType, shape: possible(tensor.dims), values };
}

/** Constants of newer files may hold plain numbers instead of a tensor. */
function constantFacts(node: Node): ValueFacts {
  const [attribute] = node.attributes;
  switch (attribute?.kind) {
    case "int":
      return { elementType: ElementType.int64, shape: [], values: [Number(attribute.value)] };
    case "float":
      return { elementType: ElementType.float32, shape: [], values: [attribute.value] };
    case "ints": {
      const values = attribute.value.length <= mostValues ? attribute.value.map(Number) : null;
      return { elementType: ElementType.int64, shape: [attribute.value.length], values };
    }
    case "floats":
      return { elementType: ElementType.float32, shape: [attribute.value.length], values: null };
    default:
      return unknownFacts;
  }
}

function declaredFacts(value: ValueInfo): ValueFacts {
  if (value.type?.kind !== "tensor") return unknownFacts;
  const { elementType, shape } = value.type;
  const sizes = shape?.map(({ size }) => (typeof size === "number" ? size : null)) ?? null;
  return { elementType, shape: possible(sizes), values: null };
}

/** Inference first, since a declared size may belong to another batch. */
function completed(inferred: ValueFacts, declared: ValueFacts | undefined): ValueFacts {
  if ((inferred.shape?.length ?? 0) > mostAxes) return unknownFacts;
  const values = asStored(inferred);
  if (declared === undefined) return { ...inferred, shape: possible(inferred.shape), values };
  return {
    elementType: inferred.elementType ?? declared.elementType,
    shape: possible(inferred.shape) ?? declared.shape,
    values,
  };
}

/** Negative and broken sizes, which broken files declare or lead to, are unknown ones. */
function possible(shape: Shape | null): Shape | null {
  const isPossible = (size: number | null) => size === null || (Number.isInteger(size) && size >= 0);
  return shape === null || shape.every(isPossible)
    ? shape
    : shape.map((size) => (isPossible(size) ? size : null));
}

/** Rules compute in double precision; the runtime rounds every result. */
function asStored({ elementType, values }: ValueFacts): ValueFacts["values"] {
  if (elementType !== ElementType.float32) return values;
  return values?.map((value) => (value === null ? null : Math.fround(value))) ?? null;
}
