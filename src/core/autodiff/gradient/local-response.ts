// Gradient of normalising every channel by its neighbours, as AlexNet and GoogLeNet do.
import { floatAttribute, intAttribute } from "../../onnx/attributes.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import type { Rule, RuleTable } from "../rule.ts";

/** For `y = x s^-beta` with `s = bias + alpha / size sum(x^2)`: `G s^-beta - 2 alpha beta / size x sum(G y / s)`. */
const lrn: Rule = (node, upstream, builder) => {
  const [x] = node.inputs as readonly [Ref];
  const [result] = node.outputs as readonly [Ref];
  const size = intAttribute(node, "size") ?? 1;
  const alpha = floatAttribute(node, "alpha") ?? 1e-4;
  const beta = floatAttribute(node, "beta") ?? 0.75;
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  const squares = overNeighbours(builder, builder.mul(x, x), before, after);
  const scale = builder.add(builder.mul(squares, alpha / size), floatAttribute(node, "bias") ?? 1);
  const own = builder.mul(upstream, builder.emit("Pow", [scale, builder.scalar(-beta, x)]));
  const shared = builder.div(builder.mul(upstream, result), scale);
  // A channel counts for the neighbours that count it.
  const back = overNeighbours(builder, shared, after, before);
  return [builder.sub(own, builder.mul(builder.mul(x, back), (2 * alpha * beta) / size))];
};

/** At every channel the sum over those around it. */
function overNeighbours(builder: GraphBuilder, x: Ref, ahead: number, behind: number): Ref {
  const channels = builder.dims(x)[1]!;
  const padded = builder.pad(x, 1, ahead, behind);
  const shifted = Array.from({ length: ahead + behind + 1 }, (_, start) =>
    builder.slice(padded, 1, start, start + channels),
  );
  return shifted.reduce((sum, each) => builder.add(sum, each));
}

export const localResponseGradients = { LRN: lrn } satisfies RuleTable;
