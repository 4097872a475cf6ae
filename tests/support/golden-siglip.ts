// The golden SigLIP picture encoder: the tiny ViT without a class token, its patches pooled by attention.

import { makeConstant } from "../../src/core/autodiff/constants.ts";
import { makeIntTensor, makeNode, makeUntypedValue } from "../../src/core/onnx/build.ts";
import { ElementType, type Node, type OnnxModel, type Tensor } from "../../src/core/onnx/model.ts";
import { type GoldenArray, readGolden, toNumbers } from "./golden.ts";
import { goldenSizes } from "./golden-sizes.ts";
import { goldenVit } from "./golden-vit.ts";
import { type VitWeights, vitValues } from "./golden-vit-parts.ts";

/** The pooler put on the tokens after a layer, without the final norm. */
export interface PooledLayer {
  readonly model: OnnxModel;
  /** Of length 1, `[1,D]`. */
  readonly embedding: string;
  /** The pooler's attention, `[1,H,1,P]`. */
  readonly attention: string;
}

/** @param extra the golden's own weights, `attn_pool.*`. */
export function goldenSiglip(extra: VitWeights, layer: number): PooledLayer {
  const { weights } = readGolden<{ weights: VitWeights }>("model_weights.json");
  const { cls_token: _, pos_embed: positions, ...rest } = weights;
  const patches = {
    ...positions!,
    shape: [1, goldenSizes.patches, goldenSizes.width],
    data: positions!.data.slice(goldenSizes.width),
  };
  const trunk = goldenVit({ weights: { ...rest, pos_embed: patches } });
  const nodes = poolerNodes(vitValues.blockInput(layer + 1));
  const graph = {
    ...trunk.graph,
    nodes: [...trunk.graph.nodes, ...nodes],
    initializers: [...trunk.graph.initializers, ...poolerWeights(extra)],
    outputs: [makeUntypedValue("embedding")],
  };
  return { model: { ...trunk, graph }, embedding: "embedding", attention: "pool" };
}

/** A learnt query reads the tokens through the heads; an MLP follows. */
function poolerNodes(tokens: string): readonly Node[] {
  return [
    ...linear("q", "latent", "query flat"),
    makeNode("Reshape", ["query flat", "query split"], ["query rows"]),
    makeNode("Transpose", ["query rows"], ["query"], { perm: [0, 2, 1, 3] }),
    ...linear("kv", tokens, "pair flat"),
    makeNode("Reshape", ["pair flat", "pair split"], ["pair rows"]),
    makeNode("Transpose", ["pair rows"], ["pair"], { perm: [2, 0, 3, 1, 4] }),
    makeNode("Gather", ["pair", "first"], ["keys"], { axis: 0 }),
    makeNode("Gather", ["pair", "second"], ["pool values"], { axis: 0 }),
    makeNode("Transpose", ["keys"], ["keys turned"], { perm: [0, 1, 3, 2] }),
    makeNode("Mul", ["query", "scale"], ["query scaled"]),
    makeNode("MatMul", ["query scaled", "keys turned"], ["pool scores"]),
    makeNode("Softmax", ["pool scores"], ["pool"], { axis: -1 }),
    makeNode("MatMul", ["pool", "pool values"], ["pool mixed"]),
    makeNode("Transpose", ["pool mixed"], ["pool heads"], { perm: [0, 2, 1, 3] }),
    makeNode("Reshape", ["pool heads", "pool merge"], ["pool merged"]),
    ...linear("proj", "pool merged", "pool projected"),
    makeNode(
      "LayerNormalization",
      ["pool projected", "norm.weight of pool", "norm.bias of pool"],
      ["pool normed"],
      {
        axis: -1,
        epsilon: { float: 1e-6 },
      },
    ),
    ...linear("mlp.fc1", "pool normed", "pool hidden"),
    makeNode("Gelu", ["pool hidden"], ["pool active"]),
    ...linear("mlp.fc2", "pool active", "pool branch"),
    makeNode("Add", ["pool projected", "pool branch"], ["pool token"]),
    makeNode("Reshape", ["pool token", "pool row"], ["pooled"]),
    makeNode("ReduceL2", ["pooled"], ["pooled length"], { keepdims: 1 }),
    makeNode("Div", ["pooled", "pooled length"], ["embedding"]),
  ];
}

function linear(name: string, x: string, result: string): readonly Node[] {
  return [
    makeNode("MatMul", [x, `${name} turned`], [`${result} unbiased`]),
    makeNode("Add", [`${result} unbiased`, `${name}.bias of pool`], [result]),
  ];
}

function poolerWeights(extra: VitWeights): readonly Tensor[] {
  const { heads, headWidth, width, patches } = goldenSizes;
  const at = (name: string) => extra[`attn_pool.${name}`]!;
  const plain = (name: string, label = `${name} of pool`) =>
    makeConstant(label, ElementType.float64, at(name).shape, Array.from(toNumbers(at(name))));
  const matrices = ["q", "kv", "proj", "mlp.fc1", "mlp.fc2"];
  return [
    ...matrices.map((name) => turned(name, at(`${name}.weight`))),
    ...matrices.map((name) => plain(`${name}.bias`)),
    plain("norm.weight"),
    plain("norm.bias"),
    plain("latent", "latent"),
    makeConstant("scale", ElementType.float64, [], [headWidth ** -0.5]),
    makeIntTensor("first", [], [0]),
    makeIntTensor("second", [], [1]),
    makeIntTensor("query split", [4], [1, 1, heads, headWidth]),
    makeIntTensor("pair split", [5], [1, patches, 2, heads, headWidth]),
    makeIntTensor("pool merge", [3], [1, 1, width]),
    makeIntTensor("pool row", [2], [1, width]),
  ];
}

/** `[out,in]` as `[in,out]`. */
function turned(name: string, array: GoldenArray): Tensor {
  const [outputs, inputs] = array.shape as [number, number];
  const numbers = toNumbers(array);
  const data = Array.from(
    numbers,
    (_, index) => numbers[(index % outputs) * inputs + Math.floor(index / outputs)]!,
  );
  return makeConstant(`${name} turned`, ElementType.float64, [inputs, outputs], data);
}
