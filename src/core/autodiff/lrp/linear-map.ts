// Sees a linear layer, x W + b with constant W and b, in whatever nodes an exporter wrote it.
import { floatAttribute } from "../../onnx/attributes.ts";
import type { Node } from "../../onnx/model.ts";
import { gradient } from "../gradient.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { type Rule, type RuleTable, unsupported } from "../rule.ts";
import { biasedSum } from "./bias.ts";
import { emitAgain } from "./emit-again.ts";

export interface LinearMap {
  readonly x: Ref;
  readonly weight: Ref;
  /** Broadcasts to the result; null for none. */
  readonly bias: Ref | null;
  /** `x W + b`, also where the bias is an Add of its own behind the node. */
  result(): Ref;
  /** `x W`, for any x and W of those shapes. */
  apply(x: Ref, weight: Ref): Ref;
  /** `s W'`: what `s` at the result makes at x. */
  back(s: Ref, weight: Ref): Ref;
}

/** From what arrives at the result to what goes to x. The bias, an Add of its own or not, takes nothing. */
export type LinearRule = (map: LinearMap, upstream: Ref, builder: GraphBuilder) => Ref;

/**
 * Rows for all operators that multiply matrices: `linear` where one factor is constant.
 * @param otherwise where both vary, as in attention, and where `isMeant` says no.
 */
export function productRows(
  linear: LinearRule,
  otherwise: (gradientRule: Rule) => Rule,
  isMeant: (node: Node, builder: GraphBuilder) => boolean = () => true,
): Record<keyof typeof products, Rule> {
  const row = (gradientRule: Rule): Rule => {
    const other = otherwise(gradientRule);
    return (node, upstream, builder) => {
      const map = linearMap(node, gradientRule, builder);
      if (map === null || !isMeant(node, builder)) return other(node, upstream, builder);
      const result = linear(map, upstream, builder);
      return node.inputs.map((input) => (input === map.x ? result : null));
    };
  };
  return {
    MatMul: row(products.MatMul),
    Gemm: row(products.Gemm),
    Einsum: row(products.Einsum),
    Conv: row(products.Conv),
    ConvTranspose: row(products.ConvTranspose),
  };
}

const products = {
  MatMul: gradient.MatMul,
  Gemm: gradient.Gemm,
  Einsum: gradient.Einsum,
  Conv: gradient.Conv,
  ConvTranspose: gradient.ConvTranspose,
} satisfies RuleTable;

/** Null where not exactly one of two factors varies. */
function linearMap(node: Node, gradientRule: Rule, builder: GraphBuilder): LinearMap | null {
  const factors = node.opType === "Einsum" ? node.inputs : node.inputs.slice(0, 2);
  const place = factors.findIndex((factor) => !builder.isConstant(factor));
  if (factors.length !== 2 || !builder.isConstant(factors[1 - place]!)) return null;
  const [x, weight] = [factors[place]!, factors[1 - place]!];
  const inputs = (data: Ref, by: Ref) => (place === 0 ? [data, by] : [by, data]);
  return {
    x,
    weight,
    ...biasOf(node, builder),
    apply: (data, by) => emitAgain(builder, node, inputs(data, by)),
    back: (s, by) => gradientRule({ ...node, inputs: inputs(x, by) }, s, builder)[place]!,
  };
}

/** The node's own bias, or the one that the only reader of its result adds. */
function biasOf(node: Node, builder: GraphBuilder): Pick<LinearMap, "bias" | "result"> {
  const [output] = node.outputs as readonly [Ref];
  const own = node.opType === "Einsum" ? undefined : node.inputs[2];
  if (own) {
    if (!builder.isConstant(own)) throw unsupported(node, "its bias depends on the picture");
    return { bias: broadcastBias(node, own, builder), result: () => output };
  }
  const bias = addedBehind(output, builder);
  return { bias, result: () => (bias === null ? output : builder.add(output, bias)) };
}

function broadcastBias(node: Node, bias: Ref, builder: GraphBuilder): Ref {
  if (node.opType === "Gemm") return builder.mul(bias, floatAttribute(node, "beta") ?? 1);
  const spatial = builder.dims(node.outputs[0]!).slice(2);
  return builder.reshape(bias, [...builder.dims(bias), ...spatial.map(() => 1)]);
}

/** Null too where a sum has another summand than a bias. */
function addedBehind(output: Ref, builder: GraphBuilder): Ref | null {
  const [reader, ...others] = builder.readersOf(output);
  return reader?.opType === "Add" && others.length === 0 ? (biasedSum(reader, builder)?.bias ?? null) : null;
}
