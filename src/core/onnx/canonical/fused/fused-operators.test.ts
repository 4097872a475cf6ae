// Every fused operator in steps gives the numbers of the runtime's own kernel, in each form it may take.
import { describe, expect, it } from "vitest";
import { fusedCases } from "../../../../../tests/support/fused-cases.ts";
import { runModel } from "../../../../../tests/support/ort.ts";
import {
  compareCanonical,
  operatorsOf,
  smallModel,
  waveFeeds,
} from "../../../../../tests/support/small-models.ts";
import { makeNode } from "../../build.ts";
import { writeOnnx } from "../../write-onnx.ts";
import { canonicalise } from "../canonicalise.ts";
import { fusedOperators } from "./fused-operators.ts";

const moving = /^(?:Transpose|Reshape|Slice|Concat|Split|Unsqueeze|Expand|Gather|Where|Cast|Less)$/;

describe("a fused operator in steps", () => {
  it.each(fusedCases)(
    "$op $from $attributes",
    async ({ op, standard, from, to, attributes, inputs, constants, becomes }) => {
      const domain = standard ? "" : "com.microsoft";
      const node = makeNode(op, from, to ?? ["y"], attributes, domain);
      const outputs = node.outputs.filter((name) => name !== "");
      const model = smallModel({
        nodes: [node],
        constants: constants ?? [],
        inputs,
        outputs,
        opset: op === "Swish" ? 24 : 23,
      });
      const { operators, difference, model: canonical } = await compareCanonical(model, waveFeeds(inputs));
      expect(operators.filter((operator) => !moving.test(operator))).toEqual(becomes);
      expect(difference).toBeLessThan(1e-5);
      expect(canonical.opsets).toEqual([{ domain: "", version: 20, rest: [] }]);
    },
  );

  it("BiasSoftmax, which the runtime has on other machines only", async () => {
    const inputs = { a: [2, 3, 4, 4], b: [2, 1, 1, 4] };
    const attributes = { axis: 3, is_inner_broadcast: 0 };
    const fused = makeNode("BiasSoftmax", ["a", "b"], ["y"], attributes, "com.microsoft");
    const steps = [makeNode("Add", ["a", "b"], ["sum"]), makeNode("Softmax", ["sum"], ["y"], { axis: -1 })];
    const canonical = canonicalise(smallModel({ nodes: [fused], inputs }), { inputShapes: new Map() });
    expect(operatorsOf(canonical)).toEqual(["Add", "Softmax"]);
    const [actual, expected] = await Promise.all(
      [canonical, smallModel({ nodes: steps, inputs })].map((model) =>
        runModel(writeOnnx(model).bytes, waveFeeds(inputs)),
      ),
    );
    expect(actual!.y!.data).toEqual(expected!.y!.data);
  });

  it("exists for every operator of the table, attention apart", () => {
    const listed = Object.keys(fusedOperators).filter((name) => !/Attention/.test(name));
    const tried = new Set(fusedCases.map(({ op, standard }) => (standard ? op : `com.microsoft.${op}`)));
    const elsewhere = ["com.microsoft.BiasSoftmax", "com.microsoft.SimplifiedLayerNormalization"];
    expect(listed.filter((name) => !tried.has(name))).toEqual(elsewhere);
  });
});
