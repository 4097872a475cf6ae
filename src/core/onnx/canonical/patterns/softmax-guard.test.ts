// The guard against NaN after a softmax goes where nothing can be hidden, and stays where a row can be.
import { describe, expect, it } from "vitest";
import {
  compareCanonical,
  numberTensor,
  smallModel,
  waveFeeds,
} from "../../../../../tests/support/small-models.ts";
import { makeNode } from "../../build.ts";
import { ElementType, type Node, type Tensor } from "../../model.ts";
import { constantTensor } from "../constant-tensor.ts";

const zero = numberTensor("zero", 0);

function guarded(before: readonly Node[], scores: string): readonly Node[] {
  return [
    makeNode("MatMul", ["a", "b"], ["products"]),
    ...before,
    makeNode("Softmax", [scores], ["attention"], { axis: -1 }),
    makeNode("IsNaN", ["attention"], ["broken"]),
    makeNode("Where", ["broken", "zero", "attention"], ["weights"]),
    makeNode("MatMul", ["weights", "b"], ["y"]),
  ];
}

async function operators(before: readonly Node[], scores: string, constants: readonly Tensor[] = []) {
  const inputs = { a: [3, 3], b: [3, 3] };
  const model = smallModel({ nodes: guarded(before, scores), constants: [zero, ...constants], inputs });
  const compared = await compareCanonical(model, waveFeeds(inputs));
  expect(compared.difference).toBe(0);
  return compared.operators;
}

function mask(values: readonly number[]): Tensor {
  return constantTensor("mask", ElementType.float32, [3, 3], values)!;
}

describe("the guard against NaN after a softmax", () => {
  const masked = [makeNode("Add", ["products", "mask"], ["scores"])];

  it("goes without a mask", async () => {
    expect(await operators([], "products")).toEqual(["MatMul", "Softmax", "MatMul"]);
  });

  it("goes with a mask of zeros, and takes the mask along", async () => {
    expect(await operators(masked, "scores", [mask(Array(9).fill(0))])).toEqual([
      "MatMul",
      "Softmax",
      "MatMul",
    ]);
  });

  it("goes with a mask of finite numbers", async () => {
    const finite = mask([0, -1e4, 0, 0, 0, -3.4e38, 0, 0, 0]);
    expect(await operators(masked, "scores", [finite])).toEqual(["MatMul", "Add", "Softmax", "MatMul"]);
  });

  it("stays with a mask that hides a whole row", async () => {
    const hides = mask([0, 0, 0, -Infinity, -Infinity, -Infinity, 0, 0, 0]);
    expect(await operators(masked, "scores", [hides])).toContain("IsNaN");
  });

  it("stays where the mask comes from outside", async () => {
    const choice = [
      makeNode("Greater", ["a", "zero"], ["seen"]),
      makeNode("Where", ["seen", "products", "low"], ["scores"]),
    ];
    const low = numberTensor("low", Number.NEGATIVE_INFINITY);
    expect(await operators(choice, "scores", [low])).toContain("IsNaN");
  });
});
