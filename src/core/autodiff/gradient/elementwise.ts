// Gradients of arithmetic, place by place, with broadcasting undone.
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { perInput, type Rule, type RuleTable } from "../rule.ts";

/** For functions of one input: the derivative from the input and the result. */
function local(derivative: (builder: GraphBuilder, x: Ref, y: Ref) => Ref | number): Rule {
  return (node, upstream, builder) =>
    perInput(node, builder, () =>
      builder.mul(upstream, derivative(builder, node.inputs[0]!, node.outputs[0]!)),
    );
}

/** For functions of two inputs: what arrives, times the derivative by each. */
function pair(
  left: (builder: GraphBuilder, upstream: Ref, x: Ref, y: Ref, result: Ref) => Ref,
  right: (builder: GraphBuilder, upstream: Ref, x: Ref, y: Ref, result: Ref) => Ref,
): Rule {
  return (node, upstream, builder) => {
    const [x, y] = node.inputs as readonly [Ref, Ref];
    const [result] = node.outputs as readonly [Ref];
    return perInput(
      node,
      builder,
      () => builder.sumTo(left(builder, upstream, x, y, result), x),
      () => builder.sumTo(right(builder, upstream, x, y, result), y),
    );
  };
}

/** Every input gets its share of what arrives. */
function shared(share: (count: number) => number): Rule {
  return ({ inputs }, upstream, builder) => {
    const part = builder.mul(upstream, share(inputs.length));
    return inputs.map((input) => (builder.flowsTo(input) ? builder.sumTo(part, input) : null));
  };
}

/** `x^(p-1) p`; squares, which layer norms are made of, without a power. */
const powerOfBase = (builder: GraphBuilder, upstream: Ref, x: Ref, power: Ref): Ref => {
  const constant = builder.numbers(power);
  if (constant?.length === 1 && constant[0] === 2) return builder.mul(upstream, builder.mul(x, 2));
  const exponent = builder.cast(power, builder.elementType(x));
  const slope = builder.mul(exponent, builder.emit("Pow", [x, builder.sub(exponent, 1)]));
  return builder.mul(upstream, slope);
};

/** The largest or smallest of several; equal ones share what arrives, as in PyTorch. */
const extreme: Rule = ({ inputs, outputs }, upstream, builder) => {
  const elementType = builder.elementType(upstream);
  const hits = inputs.map((input) => builder.cast(builder.equal(input, outputs[0]!), elementType));
  if (hits.length === 0) return [];
  const part = builder.div(
    upstream,
    hits.reduce((sum, hit) => builder.add(sum, hit)),
  );
  return inputs.map((input, place) =>
    builder.flowsTo(input) ? builder.sumTo(builder.mul(part, hits[place]!), input) : null,
  );
};

const where: Rule = (node, upstream, builder) => {
  const [condition, x, y] = node.inputs as readonly [Ref, Ref, Ref];
  return perInput(
    node,
    builder,
    () => null,
    () => builder.sumTo(builder.where(condition, upstream, 0), x),
    () => builder.sumTo(builder.where(condition, 0, upstream), y),
  );
};

/** Steps are flat, so nothing flows. */
const flat: Rule = () => [];

export const elementwiseGradients = {
  Add: pair(
    (_, upstream) => upstream,
    (_, upstream) => upstream,
  ),
  Sub: pair(
    (_, upstream) => upstream,
    (builder, upstream) => builder.emit("Neg", [upstream]),
  ),
  Mul: pair(
    (builder, upstream, _, y) => builder.mul(upstream, y),
    (builder, upstream, x) => builder.mul(upstream, x),
  ),
  Div: pair(
    (builder, upstream, _, y) => builder.div(upstream, y),
    (builder, upstream, _, y, result) => builder.emit("Neg", [builder.div(builder.mul(upstream, result), y)]),
  ),
  Pow: pair(powerOfBase, (builder, upstream, x, _, result) =>
    builder.mul(upstream, builder.mul(result, builder.emit("Log", [x]))),
  ),
  Sum: shared(() => 1),
  Mean: shared((count) => 1 / count),
  Max: extreme,
  Min: extreme,
  Where: where,
  Neg: local(() => -1),
  Abs: local((builder, x) => builder.emit("Sign", [x])),
  Sqrt: local((builder, _, y) => builder.div(0.5, y)),
  Exp: local((_, __, y) => y),
  Log: local((builder, x) => builder.div(1, x)),
  Reciprocal: local((builder, _, y) => builder.emit("Neg", [builder.mul(y, y)])),
  Sin: local((builder, x) => builder.emit("Cos", [x])),
  Cos: local((builder, x) => builder.emit("Neg", [builder.emit("Sin", [x])])),
  Sign: flat,
  Floor: flat,
  Ceil: flat,
  Round: flat,
} satisfies RuleTable;
