// com.microsoft's attention in steps gives the numbers of the runtime's own kernels, in every layout and with every mask.
import { describe, expect, it } from "vitest";
import { type AttentionCase, expectSame } from "../../../../../tests/support/attention-cases.ts";
import { largestDifference, runModel } from "../../../../../tests/support/ort.ts";
import { operatorsOf, smallModel, waveFeeds, waveTensor } from "../../../../../tests/support/small-models.ts";
import { makeIntTensor, makeNode } from "../../build.ts";
import { ElementType } from "../../model.ts";
import { writeOnnx } from "../../write-onnx.ts";
import { canonicalise } from "../canonicalise.ts";
import { constantTensor } from "../constant-tensor.ts";

const heads = { num_heads: 2 };
const mask = (dims: readonly number[], values: readonly number[]) =>
  constantTensor("m", ElementType.int32, dims, values)!;

/** Two pictures of five tokens, of which the last two of the second are hidden. */
const twoMasks = mask([2, 5], [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);

const packed: readonly AttentionCase[] = [
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

const separate: readonly AttentionCase[] = [
  { what: "as it is", from: ["q", "k", "v"], inputs: qkv },
  { what: "of fewer queries than keys", from: ["q", "k", "v"], inputs: { ...qkv, q: [2, 3, 8] } },
  { what: "with a single query", from: ["q", "k", "v"], inputs: { ...qkv, q: [2, 1, 8] } },
  { what: "with biases", from: ["q", "k", "v", "b"], inputs: qkv },
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
