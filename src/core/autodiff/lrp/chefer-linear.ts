// Relevance through linear layers as in "Transformer Interpretability Beyond Attention Visualization".
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import type { LinearMap, LinearRule } from "./linear-map.ts";
import { isPicture } from "./picture.ts";
import type { Divide } from "./safe-divide.ts";

export interface AlphaBeta {
  /** Weight of what speaks for the result; `alpha - 1` is that of what speaks against it. */
  readonly alpha: number;
  /** Whether positive and negative inputs are divided by their own sums, as in the authors' older layers. */
  readonly separate: boolean;
  readonly divide: Divide;
}

/** The z^B rule where the layer reads the picture, else the alpha-beta rule. */
export function cheferLinear(options: AlphaBeta): LinearRule {
  const inner = alphaBeta(options);
  return (map, upstream, builder) =>
    isPicture(map.x, builder) ? zB(map, upstream, builder) : inner(map, upstream, builder);
}

/**
 * `alpha f(W+, W-) - (alpha - 1) f(W-, W+)` with
 * `f(U, V) = x+ (s U') + x- (s V')`, `s = R / (x+ U + x- V)`; the bias is left out of the sum.
 */
function alphaBeta({ alpha, separate, divide }: AlphaBeta): LinearRule {
  return (map, upstream, builder) => {
    const [xPositive, xNegative] = signs(map.x, builder);
    const [wPositive, wNegative] = signs(map.weight, builder);
    const f = (u: Ref, v: Ref): Ref => {
      const sums = [map.apply(xPositive, u), map.apply(xNegative, v)] as const;
      const both = () => divide(builder, upstream, builder.add(...sums));
      const [s, t] = separate
        ? [divide(builder, upstream, sums[0]), divide(builder, upstream, sums[1])]
        : [both(), both()];
      return builder.add(builder.mul(xPositive, map.back(s, u)), builder.mul(xNegative, map.back(t, v)));
    };
    const forIt = f(wPositive, wNegative);
    if (alpha === 1) return forIt;
    const againstIt = f(wNegative, wPositive);
    return builder.sub(builder.mul(forIt, alpha), builder.mul(againstIt, alpha - 1));
  };
}

/**
 * `x (s W') - low (s W+') - high (s W-')`, `s = R / (x W - low W+ - high W- + 1e-9)`, with the least and the largest
 * number of the whole picture as bounds.
 */
function zB({ x, weight, apply, back }: LinearMap, upstream: Ref, builder: GraphBuilder): Ref {
  const [wPositive, wNegative] = signs(weight, builder);
  const dims = builder.dims(x);
  const axes = dims.map((_, axis) => axis);
  const high = builder.expand(builder.max(x, axes), dims);
  const negated = builder.emit("Neg", [x]);
  const low = builder.expand(builder.emit("Neg", [builder.max(negated, axes)]), dims);
  const terms = (of: (bound: Ref, by: Ref) => Ref) =>
    builder.sub(builder.sub(of(x, weight), of(low, wPositive)), of(high, wNegative));
  const s = builder.div(upstream, builder.add(terms(apply), 1e-9));
  return terms((bound, by) => builder.mul(bound, back(s, by)));
}

/** `max(x, 0)` and `min(x, 0)`. */
export function signs(x: Ref, builder: GraphBuilder): readonly [Ref, Ref] {
  const positive = builder.emit("Relu", [x]);
  return [positive, builder.sub(x, positive)];
}
