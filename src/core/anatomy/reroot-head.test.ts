// The head on inner values of the stream: what the class token says there, and what the mean of all tokens says.
import { describe, expect, it } from "vitest";
import { largestDifference, openModel } from "../../../tests/support/ort.ts";
import { heads } from "../../../tests/support/stream-heads.ts";
import { streamVit } from "../../../tests/support/stream-vit.ts";
import { tensorNumbers } from "../onnx/tensor-numbers.ts";
import { writeOnnx } from "../onnx/write-onnx.ts";
import { dissect } from "./dissect.ts";
import { exposeOutputs } from "./expose.ts";
import { rerootHead } from "./reroot-head.ts";

describe("rerootHead", () => {
  it.each([
    ["tokens behind the batch", false, 17],
    ["tokens in front", true, 17],
    ["reductions with axes as an input", false, 18],
  ] as const)("%s", async (_, tokensFirst, version) => {
    // A head that reduces nothing, so that the operator set does not matter to it.
    const plain = streamVit({ norm: "before", tokensFirst, head: heads.token });
    const model = { ...plain, opsets: [{ domain: "", version, rest: [] }] };
    const { stream, logits, tokens } = dissect(model);
    const { output: tensor } = stream!.blocks[0]!;
    const options = { tensor, tokens: tokens!, scores: logits.name };
    const byHead = rerootHead(model, stream!, { ...options, pooling: "head" });
    const byMean = rerootHead(byHead.model, stream!, { ...options, pooling: "mean" });
    const shown = exposeOutputs(byMean.model, [byHead.output, byMean.output, tensor]);
    const runner = await openModel(writeOnnx(shown).bytes);
    const data = Float32Array.from({ length: 192 }, (__, at) => Math.cos(at * 1.3));
    const outputs = await runner.run({ picture: { data, shape: [1, 3, 8, 8] } });
    await runner.release();

    const rows = Array.from({ length: 5 }, (__, token) =>
      outputs[tensor]!.data.slice(8 * token, 8 * token + 8),
    );
    const mean = Array.from({ length: 8 }, (__, at) => rows.reduce((sum, row) => sum + row[at]! / 5, 0));
    const numbers = (name: string) =>
      tensorNumbers(model.graph.initializers.find((each) => each.name === name)!)!;
    const [gain, shift, head, bias] = ["gain", "shift", "head", "bias"].map(numbers);
    const says = (token: ArrayLike<number>) => {
      const values = Array.from(token);
      const centre = values.reduce((sum, value) => sum + value, 0) / 8;
      const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 8 + 1e-5);
      const normed = values.map((value, at) => (gain![at]! * (value - centre)) / spread + shift![at]!);
      return bias!.map((start, klass) =>
        normed.reduce((sum, value, at) => sum + value * head![3 * at + klass]!, start),
      );
    };
    expect(largestDifference(outputs[byHead.output]!.data, says(rows[0]!))).toBeLessThan(1e-5);
    expect(largestDifference(outputs[byMean.output]!.data, says(mean))).toBeLessThan(1e-5);
    expect(largestDifference(outputs.scores!.data, outputs[byHead.output]!.data)).toBeGreaterThan(1e-3);
  });
});
