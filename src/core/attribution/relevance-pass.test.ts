// Which table each choice of rules runs by, told from what it does to a product of two values.
import { describe, expect, test } from "vitest";
import { forward, relevanceOf, scattered } from "../../../tests/autodiff-lrp/layer.ts";
import { makeNode } from "../onnx/build.ts";
import { relevancePass } from "./relevance-pass.ts";
import type { RelevanceRules } from "./tensors.ts";

const a = scattered([1, 2, 3, 4], 1);
const b = scattered([1, 2, 4, 3], 2);
const layer = { nodes: [makeNode("MatMul", ["a", "b"], ["y"])], inputs: { a, b }, result: "y" };

/** What a and b get of the result's own size, as shares of it. */
async function sharesOf(rules: RelevanceRules): Promise<readonly number[]> {
  const pass = relevancePass(rules);
  const { data } = forward(layer);
  const start = pass.timesValue ? Array.from(data, () => 1) : Array.from(data);
  const arrived = await relevanceOf(layer, pass.rules, start);
  const total = sum(data);
  return [a, b].map(({ data: values }, place) => {
    const shares = arrived[place]!;
    return sum(pass.timesValue ? shares.map((share, i) => share * values[i]!) : shares) / total;
  });
}

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0);
}

describe("the pass for relevance", () => {
  test.each([
    [{ table: "lrp", layers: "ours" }, 0.5],
    [{ table: "lrp", layers: "original" }, 0.5],
    [{ table: "attn-lrp-explicit" }, 0.5],
    [{ table: "attn-lrp" }, 0.5],
    [{ table: "attn-lrp", gamma: { convolution: 0.25, linear: 0.05 } }, 0.5],
    [{ table: "cp-lrp" }, 1],
  ] as const)("%o gives each factor %d of the product", async (rules, share) => {
    for (const each of await sharesOf(rules)) expect(each).toBeCloseTo(share, 6);
  });

  test("is stabilised where asked: part of the relevance stays behind", async () => {
    const [plain, stabilised] = await Promise.all(
      [undefined, 0.1].map((epsilon) =>
        sharesOf({ table: "lrp", layers: "ours", ...(epsilon === undefined ? {} : { epsilon }) }),
      ),
    );
    expect(stabilised![0]).not.toBeCloseTo(plain![0]!, 3);
  });

  test("starts from the score where rules carry shares of it", () => {
    expect(relevancePass({ table: "attn-lrp-explicit" }).seed).toBe("weighted-score");
    expect(relevancePass({ table: "cp-lrp" }).seed).toBe("weight");
    expect(relevancePass({ table: "lrp", layers: "ours" }).seed).toBe("weight");
  });
});
