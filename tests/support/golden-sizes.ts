// Sizes of the goldens' tiny ViT, as their files tell them: goldens of another configuration go through the same tests.
import { readGolden } from "./golden.ts";
import { missing } from "./witnesses.ts";

export interface GoldenSizes {
  /** Of pictures and of patches, in pixels. */
  readonly side: number;
  readonly patch: number;
  /** Patches along a side, and all of them. */
  readonly grid: number;
  readonly patches: number;
  /** Patches and the class token. */
  readonly tokens: number;
  readonly width: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly layers: number;
  readonly classes: number;
  /** What norms add to variances: in blocks, before the head, and there in the network of Chefer et al. */
  readonly epsilon: number;
  readonly finalEpsilon: number;
  readonly chefersFinalEpsilon: number;
}

interface Config {
  readonly img_size: number;
  readonly patch_size: number;
  readonly num_classes: number;
  readonly embed_dim: number;
  readonly depth: number;
  readonly num_heads: number;
  readonly block_ln_eps: number;
  readonly final_ln_eps_timm: number;
  readonly final_ln_eps_chefer: number;
}

/** All zero where there are no goldens. */
export const goldenSizes: GoldenSizes = sizesOf(
  missing("golden") ? undefined : readGolden<{ meta: { cfg: Config } }>("model_weights.json").meta.cfg,
);

export const goldenLayers: readonly number[] = Array.from(
  { length: goldenSizes.layers },
  (_, layer) => layer,
);

function sizesOf(config: Config | undefined): GoldenSizes {
  const {
    img_size: side = 0,
    patch_size: patch = 1,
    embed_dim: width = 0,
    num_heads: heads = 1,
  } = config ?? {};
  const grid = side / patch;
  return {
    ...{ side, patch, grid, width, heads },
    patches: grid * grid,
    tokens: grid * grid + 1,
    headWidth: width / heads,
    layers: config?.depth ?? 0,
    classes: config?.num_classes ?? 0,
    epsilon: config?.block_ln_eps ?? 0,
    finalEpsilon: config?.final_ln_eps_timm ?? 0,
    chefersFinalEpsilon: config?.final_ln_eps_chefer ?? 0,
  };
}
