// Identities go, names of inputs and outputs stay.
import { describe, expect, it } from "vitest";
import { compareCanonical, smallModel, waveFeeds } from "../../../../tests/support/small-models.ts";
import { makeNode } from "../build.ts";
import { ElementType, type OnnxModel } from "../model.ts";
import { canonicalise } from "./canonicalise.ts";

describe("names", () => {
  it("of outputs stay where an Identity made them", async () => {
    const nodes = [makeNode("Relu", ["x"], ["inner"]), makeNode("Identity", ["inner"], ["y"])];
    const { model, operators } = await compareCanonical(smallModel({ nodes }), waveFeeds({ x: [2, 3, 4] }));
    expect(operators).toEqual(["Relu"]);
    expect(model.graph.nodes[0]!.outputs).toEqual(["y"]);
  });

  it("of outputs that are equal all stay", async () => {
    const nodes = [
      makeNode("Relu", ["x"], ["y"]),
      makeNode("Identity", ["y"], ["z"]),
      makeNode("Identity", ["x"], ["copy"]),
    ];
    const outputs = ["y", "z", "copy"];
    const { model, difference } = await compareCanonical(
      smallModel({ nodes, outputs }),
      waveFeeds({ x: [2, 3, 4] }),
    );
    expect(model.graph.outputs.map(({ name }) => name)).toEqual(outputs);
    expect(difference).toBe(0);
  });

  it("are not touched where a node holds a graph", () => {
    const branch = (name: string, value: OnnxModel["graph"]) =>
      ({ name, kind: "graph", value, rest: [] }) as const;
    const inner = smallModel({ nodes: [makeNode("Neg", ["kept"], ["n"])], inputs: {}, outputs: ["n"] }).graph;
    const choice = {
      ...makeNode("If", ["condition"], ["y"]),
      attributes: [branch("then_branch", inner), branch("else_branch", inner)],
    };
    const nodes = [makeNode("Relu", ["x"], ["r"]), makeNode("Identity", ["r"], ["kept"]), choice];
    const inputs = { x: [2, 3, 4], condition: [] };
    const model = smallModel({ nodes, inputs, types: { condition: ElementType.bool } });
    const { graph } = canonicalise(model, { inputShapes: new Map() });
    expect(graph.nodes.map(({ outputs }) => outputs[0])).toEqual(["r", "kept", "y"]);
  });
});
