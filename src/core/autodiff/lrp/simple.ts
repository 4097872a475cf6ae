// The plain rule of layer-wise relevance propagation, for any operator that has a gradient.
import type { Rule } from "../rule.ts";
import type { Divide } from "./safe-divide.ts";

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

/** The plain rule where nothing else reads the input, as in picking the class token; parts of a split only move. */
export function simpleWhereAlone(gradientRule: Rule, divide: Divide): Rule {
  const alone = simple(gradientRule, divide);
  return (node, upstream, builder) => {
    const isAlone = builder.readersOf(node.inputs[0]!).length === 1;
    return (isAlone ? alone : gradientRule)(node, upstream, builder);
  };
}
