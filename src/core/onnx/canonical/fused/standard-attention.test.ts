// Attention of operator set 23 in steps gives the numbers of the runtime's own kernel; caches of text models stay.
import { describe, expect, it } from "vitest";
import { type AttentionCase, expectSame } from "../../../../../tests/support/attention-cases.ts";
import { compareCanonical, smallModel, waveFeeds } from "../../../../../tests/support/small-models.ts";
import { makeNode } from "../../build.ts";
import { ElementType } from "../../model.ts";
import { constantTensor } from "../constant-tensor.ts";

const qkv = { q: [2, 5, 8], k: [2, 5, 8], v: [2, 5, 8] };
const split = { q: [2, 4, 5, 3], k: [2, 4, 5, 3], v: [2, 4, 5, 3] };
const boolean = constantTensor(
  "m",
  ElementType.bool,
  [5, 5],
  Array.from({ length: 25 }, (_, place) => (place % 7 === 2 ? 0 : 1)),
)!;

const standard: readonly AttentionCase[] = [
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

describe("attention in steps", () => {
  it.each(standard)("Attention $what", (each) => expectSame("Attention", "", each));
});

describe("attention of text models stays fused", () => {
  it.each<[string, AttentionCase]>([
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
