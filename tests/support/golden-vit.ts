// The goldens' tiny Vision Transformer and its relatives, from their weights as a graph of standard operators.
import { makeConstant } from "../../src/core/autodiff/constants.ts";
import {
  makeGraph,
  makeIntTensor,
  makeNode,
  makeUntypedValue,
  makeValue,
} from "../../src/core/onnx/build.ts";
import { ElementType, type Node, type OnnxModel, type Tensor } from "../../src/core/onnx/model.ts";
import { toNumbers } from "./golden.ts";
import { goldenSizes } from "./golden-sizes.ts";
import { linear, type VitVariant, vitValues, type Write, writeAttention } from "./golden-vit-parts.ts";

/** A network of `goldenSizes` but for the depth, which the weights tell, with the names in `vitValues`. */
export function goldenVit(variant: VitVariant): OnnxModel {
  const { weights, elementType = ElementType.float64 } = variant;
  const nodes: Node[] = [];
  const initializers: Tensor[] = [];
  const write: Write = {
    variant,
    tokens: weights.pos_embed!.shape.at(-2)!,
    has: (name) => weights[name] !== undefined,
    weight(name, turned = false) {
      const label = turned ? `${name} turned` : name;
      if (!initializers.some((tensor) => tensor.name === label)) {
        const array = weights[name];
        if (array === undefined) throw new Error(`the golden has no weight ${name}`);
        const numbers = Array.from(toNumbers(array));
        const [rows, columns] = array.shape as [number, number];
        const dims = turned ? [columns, rows] : array.shape;
        const data = turned
          ? numbers.map((_, i) => numbers[(i % rows) * columns + Math.floor(i / rows)]!)
          : numbers;
        initializers.push(makeConstant(label, elementType, dims, data));
      }
      return label;
    },
    number(value) {
      const name = `number ${value}`;
      if (!initializers.some((tensor) => tensor.name === name))
        initializers.push(makeConstant(name, elementType, [], [value]));
      return name;
    },
    integers(values, dims = [values.length]) {
      const name = `integers ${dims}: ${values}`;
      if (!initializers.some((tensor) => tensor.name === name))
        initializers.push(makeIntTensor(name, dims, values));
      return name;
    },
    node(opType, inputs, output, attributes) {
      nodes.push(makeNode(opType, inputs, [output], attributes));
      return output;
    },
  };
  writeEmbedding(write);
  for (let layer = 0; write.has(`blocks.${layer}.attn.qkv.weight`); layer++) writeBlock(write, layer);
  writeHead(write);
  const graph = makeGraph({
    nodes,
    initializers,
    inputs: [makeValue(vitValues.picture, elementType, [1, 3, goldenSizes.side, goldenSizes.side])],
    outputs: [makeUntypedValue(vitValues.logits)],
  });
  const opsets = [{ domain: "", version: 20, rest: [] }];
  return { irVersion: 9, opsets, graph, source: new Uint8Array(0), rest: [] };
}

function writeEmbedding({ node, weight, integers, has, variant }: Write): void {
  const bias = has("patch_embed.proj.bias") ? [weight("patch_embed.proj.bias")] : [];
  const { patch, width, patches } = goldenSizes;
  const settings = { kernel_shape: [patch, patch], strides: [patch, patch] };
  node("Conv", [vitValues.picture, weight("patch_embed.proj.weight"), ...bias], "map", settings);
  node("Reshape", ["map", integers([1, width, patches])], "flat map");
  node("Transpose", ["flat map"], "patches", { perm: [0, 2, 1] });
  const tokens = has("cls_token")
    ? node("Concat", [weight("cls_token"), "patches"], "tokens", { axis: 1 })
    : "patches";
  const isLast = !has("norm_pre.weight");
  node("Add", [tokens, weight("pos_embed")], isLast ? "embedded" : "placed");
  if (!isLast)
    normalise("norm_pre", "placed", "embedded", { node, weight }, variant.epsilon ?? goldenSizes.epsilon);
}

function writeBlock(write: Write, layer: number): void {
  const { node, weight, has, variant } = write;
  const { epsilon = goldenSizes.epsilon } = variant;
  const at = (name: string) => `blocks.${layer}.${name}`;
  const scaled = (name: string, gamma: string) =>
    has(at(gamma)) ? node("Mul", [at(name), weight(at(gamma))], at(`${name}.scaled`)) : at(name);
  const x = vitValues.blockInput(layer);
  normalise(at("norm1"), x, at("n1"), write, epsilon);
  writeAttention(write, layer);
  linear(write, at("attn.proj"), at("merged"), at("y"));
  node("Add", [x, scaled("y", "ls1.gamma")], at("mid"));
  normalise(at("norm2"), at("mid"), at("n2"), write, epsilon);
  linear(write, at("mlp.fc1"), at("n2"), at("h"));
  node("Gelu", [at("h")], at("g"));
  linear(write, at("mlp.fc2"), at("g"), at("f"));
  node("Add", [at("mid"), scaled("f", "ls2.gamma")], vitValues.blockInput(layer + 1));
}

function writeHead(write: Write): void {
  const { node, weight, integers, has, variant, tokens } = write;
  const { finalEpsilon = variant.epsilon ?? goldenSizes.finalEpsilon } = variant;
  let last = 0;
  while (has(`blocks.${last}.attn.qkv.weight`)) last++;
  normalise("norm", vitValues.blockInput(last), "z", write, finalEpsilon);
  let read = node("Gather", ["z", integers([0], [])], "class token", { axis: 1 });
  if (has("proj.weight")) read = linear(write, "proj", read, "projected");
  if (variant.pooling === "class and mean") {
    node("Slice", ["z", integers([1]), integers([tokens]), integers([1])], "patch tokens");
    node("ReduceMean", ["patch tokens", integers([1])], "mean token", { keepdims: 0 });
    read = node("Concat", ["class token", "mean token"], "both", { axis: -1 });
  }
  if (has("head_bn.running_mean")) {
    const statistics = ["ones", "zeros", "running_mean", "running_var"].map((name) =>
      weight(`head_bn.${name}`),
    );
    read = node("BatchNormalization", [read, ...statistics], "standardised", { epsilon: { float: 1e-6 } });
  }
  const bias = has("head.bias") ? [weight("head.bias")] : [];
  node("Gemm", [read, weight("head.weight"), ...bias], vitValues.logits, { transB: 1 });
}

function normalise(
  name: string,
  x: string,
  result: string,
  { node, weight }: Pick<Write, "node" | "weight">,
  epsilon: number,
): void {
  const parameters = [weight(`${name}.weight`), weight(`${name}.bias`)];
  node("LayerNormalization", [x, ...parameters], result, { axis: -1, epsilon: { float: epsilon } });
}
