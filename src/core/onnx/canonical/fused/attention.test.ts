// Fused attention in steps gives the numbers of the runtime's own kernels, in every layout and with every mask.
import { describe, expect, it } from "vitest";
import { largestDifference, runModel } from "../../../../../tests/support/ort.ts";
import {
  compareCanonical,
  operatorsOf,
  smallModel,
  waveFeeds,
  waveTensor,
} from "../../../../../tests/support/small-models.ts";
import { type AttributeInput, makeIntTensor, makeNode } from "../../build.ts";
import { ElementType, type Tensor } from "../../model.ts";
import { writeOnnx } from "../../write-onnx.ts";
import { canonicalise } from "../canonicalise.ts";
import { constantTensor } from "../constant-tensor.ts";

interface Case {
  readonly what: string;
  readonly from: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly constants?: readonly Tensor[];
}

const weight = waveTensor("w", [6, 24]);
const bias = waveTensor("b", [24]);
const heads = { num_heads: 2 };
const mask = (dims: readonly number[], values: readonly number[]) =>
  constantTensor("m", ElementType.int32, dims, values)!;

/** Two pictures of five tokens, of which the last two of the second are hidden. */
const twoMasks = mask([2, 5], [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);

const packed: readonly Case[] = [
  { what: "as it is", from: ["x", "w", "b"], inputs: { x: [2, 5, 6] } },
  {
    what: "with a scale",
    from: ["x", "w", "b"],
    inputs: { x: [2, 5, 6] },
    attributes: { scale: { float: 0.3 } },
  },
  {
    what: "looking back only",
    from: ["x", "w", "b"],
    inputs: { x: [2, 5, 6] },
    attributes: { unidirectional: 1 },
  },
  {
    what: "with values of another width",
    from: ["x", "w", "b"],
    inputs: { x: [2, 5, 6] },
    attributes: { qkv_hidden_sizes: [6, 6, 12] },
  },
  { what: "with hidden keys", from: ["x", "w", "b", "m"], inputs: { x: [2, 5, 6] }, constants: [twoMasks] },
  {
    what: "with hidden pairs",
    from: ["x", "w", "b", "m"],
    inputs: { x: [1, 3, 6] },
    constants: [mask([1, 3, 3], [1, 0, 1, 1, 1, 0, 0, 1, 1])],
  },
  {
    what: "with a count of keys",
    from: ["x", "w", "b", "m"],
    inputs: { x: [1, 5, 6] },
    constants: [mask([1], [3])],
  },
  {
    what: "with another penalty",
    from: ["x", "w", "b", "m"],
    inputs: { x: [2, 5, 6] },
    constants: [twoMasks],
    attributes: { mask_filter_value: { float: -3 } },
  },
  {
    what: "with a bias of scores",
    from: ["x", "w", "b", "", "", "s"],
    inputs: { x: [2, 5, 6], s: [1, 2, 5, 5] },
  },
  {
    what: "with all of them",
    from: ["x", "w", "b", "m", "", "s"],
    inputs: { x: [2, 5, 6], s: [2, 2, 5, 5] },
    constants: [twoMasks],
    attributes: { scale: { float: 0.5 } },
  },
];

const qkv = { q: [2, 5, 8], k: [2, 5, 8], v: [2, 5, 8] };

const separate: readonly Case[] = [
  { what: "as it is", from: ["q", "k", "v"], inputs: qkv },
  { what: "of fewer queries than keys", from: ["q", "k", "v"], inputs: { ...qkv, q: [2, 3, 8] } },
  { what: "with a single query", from: ["q", "k", "v"], inputs: { ...qkv, q: [2, 1, 8] } },
  { what: "with biases", from: ["q", "k", "v", "b"], inputs: qkv, constants: [bias] },
  {
    what: "with values of another width",
    from: ["q", "k", "v", "b"],
    inputs: { ...qkv, v: [2, 5, 12] },
    constants: [waveTensor("b", [28])],
  },
  { what: "with a scale", from: ["q", "k", "v"], inputs: qkv, attributes: { scale: { float: 0.2 } } },
  { what: "looking back only", from: ["q", "k", "v"], inputs: qkv, attributes: { unidirectional: 1 } },
  { what: "with hidden keys", from: ["q", "k", "v", "", "m"], inputs: qkv, constants: [twoMasks] },
  { what: "with a bias of scores", from: ["q", "k", "v", "", "", "s"], inputs: { ...qkv, s: [1, 2, 5, 5] } },
  {
    what: "with one bias for all heads",
    from: ["q", "k", "v", "", "", "s"],
    inputs: { ...qkv, s: [1, 1, 5, 5] },
  },
  {
    what: "with keys and values split into heads",
    from: ["q", "k", "v"],
    inputs: { q: [2, 3, 8], k: [2, 2, 5, 4], v: [2, 2, 5, 4] },
  },
];

const split = { q: [2, 4, 5, 3], k: [2, 4, 5, 3], v: [2, 4, 5, 3] };
const boolean = constantTensor(
  "m",
  ElementType.bool,
  [5, 5],
  Array.from({ length: 25 }, (_, place) => (place % 7 === 2 ? 0 : 1)),
)!;

const standard: readonly Case[] = [
  { what: "with heads apart", from: ["q", "k", "v"], inputs: split },
  {
    what: "with heads side by side",
    from: ["q", "k", "v"],
    inputs: qkv,
    attributes: { q_num_heads: 2, kv_num_heads: 2 },
  },
  { what: "with a scale", from: ["q", "k", "v"], inputs: split, attributes: { scale: { float: 0.25 } } },
  { what: "looking back only", from: ["q", "k", "v"], inputs: split, attributes: { is_causal: 1 } },
  { what: "with a boolean mask", from: ["q", "k", "v", "m"], inputs: split, constants: [boolean] },
  { what: "with a mask of numbers", from: ["q", "k", "v", "m"], inputs: { ...split, m: [2, 1, 5, 5] } },
  { what: "with bent scores", from: ["q", "k", "v"], inputs: split, attributes: { softcap: { float: 0.4 } } },
  {
    what: "with bent scores and a mask",
    from: ["q", "k", "v", "m"],
    inputs: { ...split, m: [5, 5] },
    attributes: { softcap: { float: 0.4 } },
  },
  {
    what: "with keys shared by heads",
    from: ["q", "k", "v"],
    inputs: { ...split, k: [2, 2, 5, 3], v: [2, 2, 5, 3] },
  },
  {
    what: "with shared keys side by side",
    from: ["q", "k", "v"],
    inputs: { q: [2, 5, 12], k: [2, 6, 6], v: [2, 6, 6] },
    attributes: { q_num_heads: 4, kv_num_heads: 2 },
  },
];

async function expectSame(op: string, domain: string, { from, inputs, attributes, constants = [] }: Case) {
  const nodes = [makeNode(op, from, ["y"], attributes, domain)];
  const used = [weight, bias, ...constants].filter(({ name }) => from.includes(name));
  const unique = [...new Map(used.map((tensor) => [tensor.name, tensor])).values()];
  const model = smallModel({ nodes, constants: unique, inputs, opset: 23 });
  const { operators, difference } = await compareCanonical(model, waveFeeds(inputs));
  expect(operators).toContain("Softmax");
  expect(operators).not.toContain(domain === "" ? op : `${domain}.${op}`);
  expect(difference).toBeLessThan(1e-5);
}

describe("attention in steps", () => {
  it.each(packed)("com.microsoft.Attention $what", (each) =>
    expectSame("Attention", "com.microsoft", { ...each, attributes: { ...heads, ...each.attributes } }),
  );

  it.each(separate)("com.microsoft.MultiHeadAttention $what", (each) =>
    expectSame("MultiHeadAttention", "com.microsoft", {
      ...each,
      attributes: { ...heads, ...each.attributes },
    }),
  );

  it.each(standard)("Attention $what", (each) => expectSame("Attention", "", each));
});

describe("layouts that the runtime takes on other machines only", () => {
  const inputs = { q: [2, 5, 8], k: [2, 5, 8], v: [2, 5, 8] };
  const pack = (names: readonly string[], output: string) => [
    ...names.map((name) => makeNode("Reshape", [name, "shape"], [`${name}5`])),
    makeNode(
      "Concat",
      names.map((name) => `${name}5`),
      [output],
      { axis: 3 },
    ),
  ];
  const shape = makeIntTensor("shape", [5], [2, 5, 2, 1, 4]);

  it.each([
    ["everything packed", ["qkv"], pack(["q", "k", "v"], "qkv")],
    ["keys and values packed", ["q", "kv"], pack(["k", "v"], "kv")],
  ] as const)("com.microsoft.MultiHeadAttention with %s", async (_, from, packing) => {
    const fused = (names: readonly string[]) =>
      makeNode("MultiHeadAttention", names, ["y"], heads, "com.microsoft");
    const packedModel = smallModel({ nodes: [...packing, fused(from)], constants: [shape], inputs });
    const separateModel = smallModel({ nodes: [fused(["q", "k", "v"])], inputs });
    const feeds = waveFeeds(inputs);
    const expected = await runModel(writeOnnx(separateModel).bytes, feeds);
    const canonical = canonicalise(packedModel, { inputShapes: new Map(Object.entries(inputs)) });
    expect(operatorsOf(canonical)).toContain("Softmax");
    const actual = await runModel(writeOnnx(canonical).bytes, feeds);
    expect(largestDifference(actual.y!.data, expected.y!.data)).toBeLessThan(1e-5);
  });
});

describe("attention of text models stays fused", () => {
  it.each<[string, Case]>([
    [
      "a cache",
      {
        what: "",
        from: ["q", "k", "v", "", "pk", "pv"],
        inputs: { ...split, pk: [2, 4, 2, 3], pv: [2, 4, 2, 3] },
      },
    ],
  ])("%s", async (_, { from, inputs }) => {
    const model = smallModel({
      nodes: [makeNode("Attention", from, ["y", "k2", "v2"])],
      inputs,
      outputs: ["y", "k2", "v2"],
      opset: 23,
    });
    const { operators, difference, model: canonical } = await compareCanonical(model, waveFeeds(inputs));
    expect(operators).toEqual(["Attention"]);
    expect(difference).toBe(0);
    expect(canonical.opsets[0]!.version).toBe(23);
  });
});
