// The golden networks of the approximated-LRP study, whose weights go by the names of several libraries.

import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { type GoldenArray, readGolden } from "./golden.ts";
import { goldenSizes } from "./golden-sizes.ts";
import { goldenVit } from "./golden-vit.ts";
import type { VitWeights } from "./golden-vit-parts.ts";

export type Relative = "vit" | "mae_bn_head" | "dinov2" | "clip";

/** A network in double precision, from the golden's own weights and the tiny ViT's. */
export function relativeOfVit(relative: Relative, extra: VitWeights): OnnxModel {
  const { weights } = readGolden<{ weights: VitWeights }>("model_weights.json");
  const { width, chefersFinalEpsilon: finalEpsilon } = goldenSizes;
  switch (relative) {
    case "vit":
      return goldenVit({ weights, finalEpsilon });
    case "mae_bn_head": {
      const parameters = { "head_bn.ones": filled(width, 1), "head_bn.zeros": filled(width, 0) };
      return goldenVit({ weights: { ...weights, ...extra, ...parameters }, finalEpsilon });
    }
    case "dinov2":
      return goldenVit({ weights: renamed(extra, dinoNames), pooling: "class and mean" });
    case "clip": {
      const { "patch_embed.proj.bias": _, ...rest } = weights;
      return goldenVit({ weights: { ...rest, ...renamed(extra, clipNames) }, epsilon: 1e-5 });
    }
  }
}

function filled(count: number, value: number): GoldenArray {
  return { shape: [count], dtype: "float64", data: Array<number>(count).fill(value) };
}

type Names = readonly (readonly [RegExp, string])[];

function renamed(weights: VitWeights, names: Names): VitWeights {
  const rename = (name: string) => names.reduce((text, [from, to]) => text.replace(from, to), name);
  return Object.fromEntries(Object.entries(weights).map(([name, array]) => [rename(name), array]));
}

const dinoNames: Names = [
  [/^dinov2\./, ""],
  [/^layers\./, "blocks."],
  [/\.attention\./, ".attn."],
  [/\.layer_scale(\d)\.lambda1$/, ".ls$1.gamma"],
  [/^embeddings\.cls_token$/, "cls_token"],
  [/^embeddings\.position_embeddings$/, "pos_embed"],
  [/^embeddings\.patch_embeddings\.projection/, "patch_embed.proj"],
  [/^classifier/, "head"],
];

const clipNames: Names = [
  [/\.ln_(\d)\./, ".norm$1."],
  [/\.c_fc\./, ".fc1."],
  [/\.c_proj\./, ".fc2."],
  [/^ln_pre/, "norm_pre"],
  [/^ln_post/, "norm"],
];
