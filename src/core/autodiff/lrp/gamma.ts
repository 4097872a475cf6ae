// The gamma rule for linear layers, in the form that gradient times input needs.
import type { Node } from "../../onnx/model.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { type Rule, type RuleTable, ruleFor } from "../rule.ts";
import { signs } from "./chefer-linear.ts";
import { type LinearMap, productRows } from "./linear-map.ts";
import { awayFromZero } from "./safe-divide.ts";
import { comesFromProduct, goesToProduct } from "./varying-product.ts";

export interface GammaOptions {
  /** Of convolutions, such as the patch embedding. */
  readonly convolution: number;
  /** Of matrix products. */
  readonly linear: number;
  /**
   * Whether the projections into and out of attention get the gamma rule too; without it they keep the table's own,
   * as in the authors' code, whose attention is one function that their hooks do not reach into.
   */
  readonly projections?: boolean;
}

/**
 * A table of modified gradients with the gamma rule at its linear layers: what speaks for a result counts more.
 * @see Achtibat et al. 2024, https://arxiv.org/abs/2402.05602, section on Vision Transformers; zennit's `Gamma`
 */
export function withGamma(table: RuleTable, options: GammaOptions): RuleTable {
  const { convolution, linear, projections = false } = options;
  const plain: Rule = (node, upstream, builder) => ruleFor(node, table)(node, upstream, builder);
  const ofConvolution = productRows(gamma(convolution), () => plain);
  const ofMatrix = productRows(
    gamma(linear),
    () => plain,
    (node, builder) => projections || !isProjection(node, builder),
  );
  const { MatMul, Gemm, Einsum } = ofMatrix;
  return { ...table, ...ofConvolution, MatMul, Gemm, Einsum };
}

/** Whether a product with a weight leads into attention or out of it. */
function isProjection({ inputs, outputs }: Node, builder: GraphBuilder): boolean {
  return inputs.some((input) => comesFromProduct(input, builder)) || goesToProduct(outputs[0]!, builder);
}

/**
 * For `z = x W + b > 0` with `U = W + g W+`, `V = W + g W-`: `s = R / (x+ U + x- V + b + g b+)` and
 * `R_x = x+ (s U') + x- (s V')`; for `z < 0` U and V change places and b- stands for b+. `R` is what arrives times z,
 * and `R_x / x` goes on; divisors are kept away from zero on their side of it.
 */
function gamma(g: number): (map: LinearMap, upstream: Ref, builder: GraphBuilder) => Ref {
  return ({ x, weight, bias, apply, back, ...map }, upstream, builder) => {
    const result = map.result();
    const [xPositive, xNegative] = signs(x, builder);
    const [u, v] = signs(weight, builder).map((part) => builder.add(weight, builder.mul(part, g)));
    const [bPositive, bNegative] =
      bias === null ? [] : signs(bias, builder).map((part) => builder.add(bias, builder.mul(part, g)));
    const arrived = builder.mul(upstream, result);
    const ratio = (isMeant: Ref, byPositive: Ref, byNegative: Ref, shift: Ref | undefined) => {
      const sum = builder.add(apply(xPositive, byPositive), apply(xNegative, byNegative));
      const divisor = awayFromZero(builder, shift === undefined ? sum : builder.add(sum, shift), 1e-6);
      return builder.div(builder.where(isMeant, arrived, 0), divisor);
    };
    const s = ratio(builder.greater(result, 0), u!, v!, bPositive);
    const t = ratio(builder.less(result, 0), v!, u!, bNegative);
    const toPositive = builder.add(back(s, u!), back(t, v!));
    const toNegative = builder.add(back(s, v!), back(t, u!));
    const relevance = builder.add(builder.mul(xPositive, toPositive), builder.mul(xNegative, toNegative));
    return builder.div(relevance, awayFromZero(builder, x, 1e-10));
  };
}
