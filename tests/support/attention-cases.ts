// Cases of fused attention and how they are compared with the runtime's own kernels.
import { expect } from "vitest";
import { type AttributeInput, makeNode } from "../../src/core/onnx/build.ts";
import type { Tensor } from "../../src/core/onnx/model.ts";
import { compareCanonical, smallModel, waveFeeds, waveTensor } from "./small-models.ts";

export interface AttentionCase {
  readonly what: string;
  /** Inputs in order; "" leaves one out. `w` and `b` are constants. */
  readonly from: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly constants?: readonly Tensor[];
}

const weight = waveTensor("w", [6, 24]);
const bias = waveTensor("b", [24]);

/** Expects a softmax, nothing fused, and the runtime's numbers. */
export async function expectSame(
  op: string,
  domain: string,
  { from, inputs, attributes, constants = [] }: AttentionCase,
): Promise<void> {
  const nodes = [makeNode(op, from, ["y"], attributes, domain)];
  const used = [weight, bias, ...constants].filter(({ name }) => from.includes(name));
  const unique = [...new Map(used.map((tensor) => [tensor.name, tensor])).values()];
  const model = smallModel({ nodes, constants: unique, inputs, opset: 23 });
  const { operators, difference } = await compareCanonical(model, waveFeeds(inputs));
  expect(operators).toContain("Softmax");
  expect(operators).not.toContain(domain === "" ? op : `${domain}.${op}`);
  expect(difference).toBeLessThan(1e-5);
}
