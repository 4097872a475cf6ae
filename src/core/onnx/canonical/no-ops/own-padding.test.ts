// Pooling rounded up, with and without its padding written out, through the runtime.
import { describe, expect, it } from "vitest";
import { compareCanonical, smallModel, waveFeeds } from "../../../../../tests/support/small-models.ts";
import { intAttribute, intsAttribute } from "../../attributes.ts";
import { makeNode } from "../../build.ts";

const rows = [
  ["a stride that leaves pixels over", [1, 2, 6, 5], { kernel_shape: [3, 3], strides: [2, 2] }, [0, 0, 1, 0]],
  [
    "a window that would start in the padding",
    [1, 1, 5, 6],
    { kernel_shape: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1] },
    [1, 1, 0, 1],
  ],
  ["strides wider than windows", [1, 1, 4, 8], { kernel_shape: [1, 2], strides: [3, 3] }, [0, 0, 0, 0]],
  ["nothing to round", [1, 1, 4, 4], { kernel_shape: [2, 2], strides: [2, 2] }, [0, 0, 0, 0]],
] as const;

describe.each(["MaxPool", "AveragePool"])("%s", (operator) => {
  it.each(rows)("%s", async (_, x, attributes, pads) => {
    const node = makeNode(operator, ["x"], ["y"], { ...attributes, ceil_mode: 1 });
    const { model, difference } = await compareCanonical(
      smallModel({ nodes: [node], inputs: { x } }),
      waveFeeds({ x }),
    );
    expect(difference).toBeLessThan(1e-6);
    const [pool] = model.graph.nodes;
    expect(intAttribute(pool!, "ceil_mode")).toBeUndefined();
    expect(intsAttribute(pool!, "pads")).toEqual(pads);
  });
});

it("stays where the padding counts, since what is rounded up does not", async () => {
  const attributes = { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1, count_include_pad: 1 };
  const x = [1, 2, 6, 5];
  const { model, difference } = await compareCanonical(
    smallModel({ nodes: [makeNode("AveragePool", ["x"], ["y"], attributes)], inputs: { x } }),
    waveFeeds({ x }),
  );
  expect(difference).toBe(0);
  expect(intAttribute(model.graph.nodes[0]!, "ceil_mode")).toBe(1);
});
