// The end of a graph copied onto another value of it.
import { describe, expect, it } from "vitest";
import { openModel } from "../../../tests/support/ort.ts";
import { makeFloatTensor, makeGraph, makeNode, makeUntypedValue, makeValue } from "./build.ts";
import { ElementType, type OnnxModel } from "./model.ts";
import { reroot } from "./reroot.ts";
import { writeOnnx } from "./write-onnx.ts";

/** y = (x + 1) * -w + x + 1, where -w is computed at run time. */
const model: OnnxModel = {
  irVersion: 8,
  opsets: [{ domain: "", version: 17, rest: [] }],
  graph: makeGraph({
    nodes: [
      makeNode("Add", ["x", "one"], ["start"]),
      makeNode("Neg", ["w"], ["weight"]),
      { ...makeNode("Mul", ["start", "weight"], ["scaled"]), name: "scaling" },
      makeNode("Add", ["scaled", "start"], ["y"]),
      makeNode("Relu", ["start"], ["unneeded"]),
    ],
    initializers: [makeFloatTensor("one", [], [1]), makeFloatTensor("w", [2], [2, 3])],
    inputs: [makeValue("x", ElementType.float32, [2]), makeValue("z", ElementType.float32, [2])],
    outputs: [makeValue("y", ElementType.float32, [2])],
  }),
  source: new Uint8Array(0),
  rest: [],
};

describe("reroot", () => {
  it("copies what depends on the value and is needed, and shares the rest", async () => {
    const { model: grown, output } = reroot(model, { from: "start", to: "y", onto: "z", label: "z" });
    const added = grown.graph.nodes.slice(model.graph.nodes.length);
    expect(added.map(({ opType, inputs }) => [opType, inputs])).toEqual([
      ["Mul", ["z", "weight"]],
      ["Add", ["scaled of z", "z"]],
    ]);
    expect(new Set(grown.graph.nodes.flatMap(({ outputs }) => outputs)).size).toBe(grown.graph.nodes.length);
    const shown = { ...grown.graph, outputs: [...grown.graph.outputs, makeUntypedValue(output)] };
    const runner = await openModel(writeOnnx({ ...grown, graph: shown }).bytes);
    const outputs = await runner.run({
      x: { data: Float32Array.of(1, 2), shape: [2] },
      z: { data: Float32Array.of(10, 20), shape: [2] },
    });
    expect([...outputs.y!.data]).toEqual([-2, -6]);
    expect([...outputs[output]!.data]).toEqual([-10, -40]);
    await runner.release();
  });

  it("may be done again with the same label, and with a value of the copy", () => {
    const once = reroot(model, { from: "start", to: "y", onto: "z", label: "z" });
    const twice = reroot(once.model, { from: "start", to: "y", onto: once.output, label: "z" });
    const names = twice.model.graph.nodes.flatMap(({ outputs }) => outputs);
    expect(new Set(names).size).toBe(names.length);
    expect(twice.output).not.toBe(once.output);
  });

  it("keeps declared shapes for the copies", () => {
    const { model: grown, output } = reroot(model, { from: "start", to: "y", onto: "z", label: "z" });
    expect(grown.graph.valueInfo).toEqual([makeValue(output, ElementType.float32, [2])]);
  });

  it("says so where nothing leads from one to the other", () => {
    const wrong = { from: "unneeded", to: "y", onto: "z", label: "z" };
    expect(() => reroot(model, wrong)).toThrow("autodiff/unreachable");
    expect(() => reroot(model, { ...wrong, from: "y", to: "start" })).toThrow("autodiff/unreachable");
  });
});
