// Inner values given out beside the outputs that a graph has.
import { describe, expect, it } from "vitest";
import { openModel } from "../../../tests/support/ort.ts";
import { tinyVit } from "../../../tests/support/tiny-vit.ts";
import { writeOnnx } from "../onnx/write-onnx.ts";
import { exposeOutputs } from "./expose.ts";

describe("exposeOutputs", () => {
  it("adds each name once, keeps what is there, and changes nothing else", () => {
    const model = tinyVit();
    const exposed = exposeOutputs(model, ["attention", "scores", "attention"]);
    expect(exposed.graph.outputs.map(({ name }) => name)).toEqual(["scores", "attention"]);
    expect(exposed.graph.outputs[0]).toBe(model.graph.outputs[0]);
    expect({ ...exposed, graph: { ...exposed.graph, outputs: model.graph.outputs } }).toEqual(model);
    expect(exposed.graph.nodes).toBe(model.graph.nodes);
  });

  it("gives values of any type and shape to the runtime without declaring them", async () => {
    const names = ["map", "attention", "scores"];
    const runner = await openModel(writeOnnx(exposeOutputs(tinyVit(), names)).bytes);
    const outputs = await runner.run({
      picture: { data: new Float32Array(192).fill(1), shape: [1, 3, 8, 8] },
    });
    expect(outputs.map!.shape).toEqual([1, 8, 2, 2]);
    expect(outputs.attention!.shape).toEqual([1, 2, 5, 5]);
    expect(outputs.scores!.shape).toEqual([1, 3]);
    await runner.release();
  });
});
