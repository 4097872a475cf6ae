// How relevance is divided by what it came from, where that can be zero.
import type { GraphBuilder, Ref } from "../graph-builder.ts";

/** `a / b` with some answer for a `b` of zero; both have one shape. */
export type Divide = (builder: GraphBuilder, a: Ref, b: Ref) => Ref;

/**
 * `a / (b + 1e-9)`, and 0 where b is 0.
 *
 * The shift has no sign, so a small negative b comes out too large and one of -1e-9 without bound: quotients near zero
 * are as unstable as in the authors' code, whose numbers these are.
 * @see Chefer et al. 2021, Transformer Interpretability Beyond Attention Visualization, their `safe_divide`
 */
export const safeDivide: Divide = (builder, a, b) => {
  const shifted = builder.add(b, 1e-9);
  const denominator = builder.where(builder.equal(shifted, 0), 1e-9, shifted);
  return builder.where(builder.equal(b, 0), 0, builder.div(a, denominator));
};

/**
 * `a / (b + sign(b) epsilon rms(b))`, away from zero on both sides by a part of b's usual size, so that it makes no
 * difference whether b was scaled; 0 counts as positive.
 */
export function stableDivide(epsilon: number): Divide {
  return (builder, a, b) => {
    const axes = builder.dims(b).map((_, axis) => axis);
    const size = builder.emit("Sqrt", [builder.mean(builder.mul(b, b), axes)]);
    const distance = builder.mul(size, epsilon);
    const signed = builder.where(builder.less(b, 0), builder.emit("Neg", [distance]), distance);
    return builder.where(builder.equal(b, 0), 0, builder.div(a, builder.add(b, signed)));
  };
}

/** `b + epsilon sign(b)`; 0 counts as positive. */
export function awayFromZero(builder: GraphBuilder, b: Ref, epsilon: number): Ref {
  return builder.add(b, builder.where(builder.less(b, 0), builder.scalar(-epsilon, b), epsilon));
}

/** `a / (b + epsilon)`, whatever the sign of b. */
export function shiftedDivide(epsilon: number): Divide {
  return (builder, a, b) => builder.div(a, builder.add(b, epsilon));
}
