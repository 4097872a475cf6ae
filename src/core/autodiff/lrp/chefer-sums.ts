// Relevance through sums, and through values that are read more than once.
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import type { Rule } from "../rule.ts";
import { biasedSum } from "./bias.ts";
import { type Divide, safeDivide } from "./safe-divide.ts";

export interface SumOptions {
  /** Whether the shares are scaled so that together they keep what arrived, each in proportion to its size. */
  readonly rescaled: boolean;
  readonly divide: Divide;
}

/** `r_i = x_i R / sum(x)`; a bias takes nothing, positions their share, which is dropped. */
export function cheferSum({ rescaled, divide }: SumOptions): Rule {
  return (node, upstream, builder) => {
    const biased = biasedSum(node, builder);
    if (biased !== null) {
      const whole = builder.sumTo(upstream, biased.other);
      return node.inputs.map((input) => (input === biased.other ? whole : null));
    }
    const s = divide(builder, upstream, node.outputs[0]!);
    const shares = node.inputs.map((input, place) => {
      const share = builder.mul(input, builder.sumTo(s, input));
      return node.opType === "Sub" && place === 1 ? builder.emit("Neg", [share]) : share;
    });
    const kept = rescaled ? conserved(shares, upstream, builder) : shares;
    return node.inputs.map((input, place) => (builder.flowsTo(input) ? kept[place]! : null));
  };
}

/**
 * `r_i (f_i / S_i)`, `f_i = |S_i| / (|S_1| + |S_2|) sum(R)`, `S_i` the sum of `r_i` over the whole tensor: every share
 * ends up with the sign of what arrived.
 * @see Chefer et al. 2021, eq. 9 and 10
 */
function conserved(shares: readonly Ref[], upstream: Ref, builder: GraphBuilder): readonly Ref[] {
  const sums = shares.map((share) => total(share, builder));
  const sizes = sums.map((sum) => builder.emit("Abs", [sum]));
  const all = sizes.reduce((sum, size) => builder.add(sum, size));
  const arrived = total(upstream, builder);
  return shares.map((share, place) => {
    const f = builder.mul(safeDivide(builder, sizes[place]!, all), arrived);
    return builder.mul(share, safeDivide(builder, f, sums[place]!));
  });
}

/** The sum of all elements, a scalar. */
function total(x: Ref, builder: GraphBuilder): Ref {
  const axes = builder.dims(x).map((_, axis) => axis);
  return builder.reshape(builder.sum(x, axes), []);
}

/** `x (R / x)`: what all readers sent back, except where x is 0. */
export const cheferClone: Rule = ({ inputs }, upstream, builder) => {
  const [x] = inputs as readonly [Ref];
  return [builder.mul(x, safeDivide(builder, upstream, x))];
};
