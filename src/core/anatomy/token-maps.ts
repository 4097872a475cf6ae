// The values of a transformer that CAM methods are taken on: what each attention reads.
import type { ClassifierAnatomy, FeatureMap } from "./anatomy.ts";
import type { FlowContext } from "./flow-context.ts";

/**
 * The first norm of every block, as is usual: with a class token the patches of the last block's output reach no
 * score, so a CAM on them would be zero.
 * @returns from the first block to the last; empty where stream or patches are unknown.
 */
export function tokenMaps(context: FlowContext, anatomy: ClassifierAnatomy): readonly FeatureMap[] {
  const { stream, grid, prefixTokens } = anatomy;
  if (stream === null || grid === null || prefixTokens === null) return [];
  return stream.blocks.flatMap(({ norm1 }) => {
    const shape = context.facts.get(norm1 ?? "")?.shape;
    if (norm1 === null || shape?.length !== 3) return [];
    const known = context.places.get(norm1);
    const axis = known?.kind === "tokens" ? known.axis : stream.tokenAxis;
    const channelAxis = axis === 2 ? 1 : 2;
    const places = { kind: "tokens", axis, first: prefixTokens, grid } as const;
    return [{ tensor: norm1, places, channelAxis, channels: shape[channelAxis] ?? null, grid }];
  });
}
