// The plain rule of layer-wise relevance propagation, for any operator that has a gradient.
import type { Ref } from "../graph-builder.ts";
import type { Rule } from "../rule.ts";
import { type Divide, safeDivide } from "./safe-divide.ts";

/**
 * `R_i = share x_i (dy/dx_i)' (R / y)`: each input in proportion to what it contributed.
 * @param share 1/2 for products of two inputs, each of which would take everything.
 */
export function simple(gradientRule: Rule, divide: Divide, share = 1): Rule {
  return (node, upstream, builder) => {
    const s = divide(builder, upstream, node.outputs[0]!);
    return gradientRule(node, s, builder).map((result, place) =>
      result === null ? null : builder.mul(builder.mul(node.inputs[place]!, result), share),
    );
  };
}

/**
 * The plain rule for picking elements where nothing else reads the input, as for the class token; parts of a split only
 * move. The division is done before the elements go back to their places, so that the others stay known zeros.
 */
export function pickRule(gradientRule: Rule): Rule {
  return (node, upstream, builder) => {
    const [result] = node.outputs as readonly [Ref];
    const isAlone = builder.readersOf(node.inputs[0]!).length === 1;
    const picked = isAlone ? builder.mul(result, safeDivide(builder, upstream, result)) : upstream;
    return gradientRule(node, picked, builder);
  };
}
