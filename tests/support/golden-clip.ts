// The golden CLIP picture encoder: the tiny ViT with a norm in front, a projection, and embeddings of length 1.
import { makeNode, makeUntypedValue } from "../../src/core/onnx/build.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { readGolden } from "./golden.ts";
import { goldenVit } from "./golden-vit.ts";
import { type VitWeights, vitValues } from "./golden-vit-parts.ts";

/** @param extra the golden's own weights: `ln_pre` and `proj`, whose rows are those of the tokens. */
export function goldenClip(extra: VitWeights): { readonly model: OnnxModel; readonly embedding: string } {
  const { weights } = readGolden<{ weights: VitWeights }>("model_weights.json");
  const { "patch_embed.proj.bias": _, "head.weight": __, "head.bias": ___, ...rest } = weights;
  const [inputs, outputs] = extra.proj!.shape as [number, number];
  const { data } = extra.proj!;
  const projection = Array.from(
    data,
    (_value, at) => data[(at % inputs) * outputs + Math.floor(at / inputs)]!,
  );
  const model = goldenVit({
    weights: {
      ...rest,
      "norm_pre.weight": extra["ln_pre.weight"]!,
      "norm_pre.bias": extra["ln_pre.bias"]!,
      "head.weight": { ...extra.proj!, shape: [outputs, inputs], data: projection },
    },
    epsilon: 1e-5,
  });
  const embedding = "embedding";
  const nodes = [
    ...model.graph.nodes,
    makeNode("ReduceL2", [vitValues.logits], ["length"], { keepdims: 1 }),
    makeNode("Div", [vitValues.logits, "length"], [embedding]),
  ];
  const graph = { ...model.graph, nodes, outputs: [makeUntypedValue(embedding)] };
  return { model: { ...model, graph }, embedding };
}
