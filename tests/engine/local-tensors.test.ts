// Gradients of what the head says after every block, and of poolers there, as the engine makes them.
import { describe, expect, test } from "vitest";
import type { Target } from "../../src/bridge/contract.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import type { PictureTensors } from "../../src/engine/plan/picture-tensors.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { goldenClip } from "../support/golden-clip.ts";
import { createGradients, goldenPicture } from "../support/golden-gradients.ts";
import { goldenSiglip } from "../support/golden-siglip.ts";
import { goldenLayers } from "../support/golden-sizes.ts";
import { goldenVit } from "../support/golden-vit.ts";
import { type VitWeights, vitValues } from "../support/golden-vit-parts.ts";
import { inSinglePrecision } from "../support/single-precision.ts";
import { missing } from "../support/witnesses.ts";
import { gathered, openNetwork, tensorsAt } from "./open-network.ts";

const skipped = missing("golden");
const tolerance = 1e-4;

async function tensorsOf(model: OnnxModel): Promise<PictureTensors> {
  return tensorsAt(await openNetwork(inSinglePrecision(model)), Float32Array.from(goldenPicture()));
}

/** A text embedding, brought to length 1. */
function towards(texts: GoldenArray, prompt: number): Target & { readonly kind: "vector" } {
  const width = texts.shape[1];
  const values = toNumbers(texts).slice(width * prompt, width * (prompt + 1));
  const length = Math.hypot(...values);
  return { kind: "vector", values: Float32Array.from(values, (value) => value / length) };
}

describe.skipIf(skipped)(`the score after every block${skipped}`, () => {
  interface Golden {
    readonly text_embedding_raw: GoldenArray;
    readonly extra_params: VitWeights;
    readonly layers: readonly {
      readonly per_layer: readonly {
        readonly layer: number;
        readonly prompt: number;
        readonly grad: GoldenArray;
      }[];
    }[];
  }

  test("CLIP's, for text embeddings as LeGrad's authors have them", async () => {
    const golden = readGolden<Golden>("legrad_clip_f64.json");
    const tensors = await tensorsOf(goldenClip(golden.extra_params).model);
    const cases = golden.layers.flatMap(({ per_layer }) => per_layer);
    expect(cases.length).toBeGreaterThan(0);
    for (const { layer, prompt, grad } of cases) {
      const need = { kind: "localGradient", rules: "exact", pooling: "mean" } as const;
      const { layers } = await gathered(tensors, need, towards(golden.text_embedding_raw, prompt));
      expect(relativeError(layers[layer], toNumbers(grad))).toBeLessThan(tolerance);
    }
  });

  test("with the head's own pooling, the last block's is the plain gradient, by any rules", async () => {
    const { weights } = readGolden<{ weights: VitWeights }>("model_weights.json");
    const tensors = await tensorsOf(goldenVit({ weights }));
    const target = { kind: "class", index: 3 } as const;
    for (const rules of ["exact", "libra", "libra-probability"] as const) {
      const local = await gathered(tensors, { kind: "localGradient", rules, pooling: "head" }, target);
      const plain = await gathered(tensors, { kind: "attentionGradient", rules }, target);
      expect(relativeError(local.layers[2], plain.layers[2])).toBeLessThan(1e-6);
      expect(relativeError(local.layers[1], plain.layers[1])).toBeGreaterThan(0.1);
    }
  });
});

describe.skipIf(skipped)(`a pooler put on every block${skipped}`, () => {
  test.each(["without", "with"] as const)("%s a norm of its own before it", async (isNormed) => {
    const golden = readGolden<{ text: GoldenArray; extra_params: VitWeights }>("legrad_siglip_f64.json");
    const { model } = goldenSiglip(golden.extra_params, 2);
    const tensors = await tensorsOf(isNormed === "with" ? withNorm(model) : model);
    const target = towards(golden.text, 1);
    const found = await gathered(tensors, { kind: "poolerGradient", rules: "exact" }, target);
    expect(found).toMatchObject({ heads: 3, queries: 1, tokens: 16, prefixTokens: 0, emptyPrompt: null });
    for (const layer of goldenLayers) {
      const { model: pooled, embedding, attention } = goldenSiglip(golden.extra_params, layer);
      const weights = { dims: [1, 24], data: Float64Array.from(target.values) };
      const [expected] = createGradients({ model: pooled, scores: embedding }, [attention])(weights);
      expect(relativeError(found.layers[layer], expected)).toBeLessThan(tolerance);
    }
  });
});

/** The pooler reads the normalised tokens, as in the authors' network; LeGrad leaves that norm out. */
function withNorm(model: OnnxModel): OnnxModel {
  const nodes = model.graph.nodes.map((node) => {
    if (!node.outputs.includes("pair flat unbiased")) return node;
    return { ...node, inputs: node.inputs.map((name) => (name === vitValues.blockInput(3) ? "z" : name)) };
  });
  return { ...model, graph: { ...model.graph, nodes } };
}
