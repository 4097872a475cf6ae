// Residual stream, operands, readings of the head and tokens beside the patches, in small transformers of many forms.
import { describe, expect, it } from "vitest";
import { openModel } from "../../../tests/support/ort.ts";
import { heads } from "../../../tests/support/stream-heads.ts";
import { streamVit } from "../../../tests/support/stream-vit.ts";
import { writeOnnx } from "../onnx/write-onnx.ts";
import { dissect } from "./dissect.ts";
import { dissectClassifier, sayWhatIsPossible } from "./dissect-classifier.ts";

const blocks = (stream: ReturnType<typeof dissect>["stream"]) => stream!.blocks;

describe("the residual stream", () => {
  it("is what every block adds to, with a norm before each branch", () => {
    const { stream, attention, gaps } = dissect(streamVit({ norm: "before" }));
    expect(gaps).toEqual([]);
    expect(stream!.tokenAxis).toBe(1);
    expect(blocks(stream)).toEqual([
      { input: "x0", norm1: "n1 0", mid: "m0", norm2: "n2 0", output: "x1" },
      { input: "x1", norm1: "n1 1", mid: "m1", norm2: "n2 1", output: "x2" },
    ]);
    expect(stream!.head).toMatchObject({ input: "x2", norm: "final", outputTokens: [0] });
    expect(attention[1]).toMatchObject({
      ...{ tensor: "attention1", scores: "scores1", heads: 2, tokens: 5 },
      ...{ queries: { tensor: "q1", tokenAxis: 2 }, keys: { tensor: "k1", tokenAxis: 3 } },
      values: { tensor: "v1", tokenAxis: 2 },
    });
  });

  it("is found with norms behind the sums, and without norms", () => {
    expect(blocks(dissect(streamVit({ norm: "after" })).stream)).toEqual([
      { input: "x0", norm1: "x0", mid: "sum0", norm2: "m0", output: "x1" },
      { input: "x1", norm1: "x1", mid: "sum1", norm2: "m1", output: "sum2 1" },
    ]);
    expect(blocks(dissect(streamVit()).stream)[0]).toEqual({
      ...{ input: "x0", norm1: "x0", mid: "m0", norm2: "m0", output: "x1" },
    });
  });

  it("may have its tokens in front", () => {
    const anatomy = dissect(streamVit({ tokensFirst: true, norm: "before" }));
    expect(anatomy.stream).toMatchObject({ tokenAxis: 0, head: { input: "x2", outputTokens: [0] } });
    expect(anatomy).toMatchObject({ prefixTokens: 1, grid: { rows: 2, columns: 2 } });
  });

  it("is missing with a reason where nothing leads around the attention, and maps are there nonetheless", () => {
    const dissected = dissectClassifier(streamVit({ broken: true }));
    expect(dissected.kind).toBe("transformer");
    // Not what its attentions read, which belongs to the stream, but the last value that all patches pass.
    expect(dissected.featureMaps.map(({ tensor }) => tensor)).toEqual(["x1"]);
    expect(dissected.refused).toEqual([
      { what: "stream", reason: "no residual connection leads around the attention attention0" },
    ]);
    expect(sayWhatIsPossible(dissected)).toEqual(["Attention maps: yes.", "Grad-CAM: yes, 2 x 2 cells."]);
  });
});

describe("the head", () => {
  it.each([
    ["the class token", heads.token, [["token", [0]]], [0], "final"],
    [
      "two tokens",
      heads.twoTokens,
      [
        ["token", [0]],
        ["token", [1]],
      ],
      [0, 1],
      "final",
    ],
    ["the mean of the patches", heads.mean, [["mean", [1, 2, 3, 4]]], [1, 2, 3, 4], null],
    ["the maximum of all", heads.maximum, [["maximum", [0, 1, 2, 3, 4]]], [0, 1, 2, 3, 4], null],
    ["what a learnt query picks", heads.query, [["mixture", [0, 1, 2, 3, 4]]], [0, 1, 2, 3, 4], null],
  ] as const)("reads %s", async (_, head, readings, outputTokens, norm) => {
    const model = streamVit({ norm: "before", head });
    const found = dissect(model).stream!.head;
    expect(found.readings.map(({ kind, tokens }) => [kind, tokens])).toEqual(readings);
    expect(found).toMatchObject({ input: "x2", norm, outputTokens });
    // The runtime must take the model for granted too.
    const runner = await openModel(writeOnnx(model).bytes);
    const data = Float32Array.from({ length: 192 }, (__, at) => Math.cos(at));
    const { scores } = await runner.run({ picture: { data, shape: [1, 3, 8, 8] } });
    expect(scores!.shape).toEqual([1, 3]);
    await runner.release();
  });
});

describe("tokens beside the patches", () => {
  it.each([0, 1, 5])("%d before them", (prefix) => {
    expect(dissect(streamVit({ prefix, head: heads.maximum }))).toMatchObject({
      prefixTokens: prefix,
      tokens: prefix + 4,
    });
  });

  it("behind them are refused, since maps would be shifted", () => {
    expect(() => dissect(streamVit({ suffix: 2 }))).toThrow(/2 of its 7 tokens stand behind the patches/);
  });

  it("do not hide attention over channels, even of as many channels as tokens", () => {
    // 4 patches and heads of 4: the shape alone says nothing.
    const model = streamVit({ prefix: 0, channels: true, norm: "before", head: heads.maximum });
    expect(() => dissect(model)).toThrow(/over 4 x 4 channels/);
    const dissected = dissectClassifier(model);
    expect(dissected.kind).toBe("convolutional");
    expect(dissected.featureMaps.at(-1)).toMatchObject({ places: { kind: "tokens", axis: 1, first: 0 } });
    expect(sayWhatIsPossible(dissected)[1]).toBe("Grad-CAM: yes, 2 x 2 cells.");
  });
});
