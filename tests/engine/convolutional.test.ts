// Networks without attention over the picture: their feature maps as methods are given them, and what is refused.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import { readOnnx } from "../../src/core/onnx/read-onnx.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { describeNetwork } from "../../src/engine/describe-network.ts";
import { relativeError } from "../support/golden.ts";
import { runModel } from "../support/ort.ts";
import { missing, witnesses } from "../support/witnesses.ts";
import { readZooReference, zooBytes, zooEntries } from "../support/zoo.ts";
import { gathered, openNetwork, tensorsAt } from "./open-network.ts";

const realReason = missing("models");

describe.skipIf(realReason !== "")(`MobileNetV2${realReason}`, () => {
  test("five resolutions, whose maps are those of the file", async () => {
    const path = resolve(witnesses.models, "mobilenet-v2/mobilenet_v2_1.0_224_fp32_dequantized.onnx");
    const bytes = new Uint8Array(readFileSync(path));
    const classifier = await openNetwork(bytes);
    const info = describeNetwork(classifier.network);
    expect(info).toMatchObject({ kind: "convolutional", classes: 1000, grid: { rows: 7, columns: 7 } });
    expect(info.featureLayers.map(({ rows }) => rows)).toEqual([7, 14, 28, 56, 112]);
    expect(info.featureLayers[0].channels).toBe(1280);
    const pixels = Float32Array.from({ length: 3 * 224 * 224 }, (_, at) =>
      Math.sin(at * 1.7 + at * at * 1e-6),
    );
    const tensors = await tensorsAt(classifier, pixels);
    const { tensor } = classifier.network.featureMaps[0];
    const file = writeOnnx(exposeOutputs(readOnnx(bytes), [tensor]));
    const feeds = { [classifier.network.input.name]: { data: pixels, shape: [1, 3, 224, 224] } };
    const outputs = await runModel(file.bytes, feeds, { outputs: [tensor], externalData: file.externalData });
    const target = { kind: "class", index: 281 } as const;
    const features = await gathered(tensors, { kind: "features", rules: "exact", layer: 0 }, target);
    expect(features).toMatchObject({ channels: 1280, rows: 7, columns: 7 });
    expect(relativeError(features.activation, outputs[tensor]!.data)).toBeLessThan(1e-4);
    // What is pooled by a mean has one gradient for all cells of a channel.
    for (let channel = 0; channel < 1280; channel += 100) {
      const cells = features.gradient.slice(channel * 49, channel * 49 + 49);
      expect(Math.max(...cells) - Math.min(...cells)).toBeLessThan(1e-7);
    }
    for (const layer of [1, 4]) {
      const { rows, columns, channels, gradient } = await gathered(
        tensors,
        { kind: "features", rules: "exact", layer },
        target,
      );
      expect({ rows, columns, channels }).toEqual(info.featureLayers[layer]);
      expect(gradient.some((value) => value !== 0)).toBe(true);
    }
    await classifier.release();
  });
});

const zooReason = missing("zoo");

describe.skipIf(zooReason !== "")(`networks of the zoo${zooReason}`, () => {
  const recorded = zooEntries().filter(({ kind, file }) => kind === "cnn" && !file.includes("int8"));

  test.each(recorded.map((entry) => [entry.file, entry] as const))("%s", async (_, entry) => {
    const reference = readZooReference(entry);
    const picture = [...reference].find(([name]) => name.startsWith("input."))![1];
    const classifier = await openNetwork(zooBytes(entry.file));
    const pixels = Float32Array.from(picture.data as Float64Array);
    const tensors = await tensorsAt(classifier, pixels);
    const isHalf = entry.file.includes("fp16");
    const close = (actual: ArrayLike<number>, name: string) =>
      expect(relativeError(actual, reference.get(name)!.data as Float64Array)).toBeLessThan(
        isHalf ? 2e-2 : 1e-4,
      );
    for (const index of entry.classes) {
      const need = { kind: "features", rules: "exact", layer: 0 } as const;
      const { activation, gradient } = await gathered(tensors, need, { kind: "class", index });
      close(activation, "cam.act");
      close(gradient, `cam.grad.class${index}`);
    }
    await classifier.release();
  });

  const windowed = zooEntries().filter(({ kind }) => kind === "window" || kind === "negative");

  test.each(windowed.map(({ file }) => file))("%s says what it lacks", async (file) => {
    const classifier = await openNetwork(zooBytes(file));
    const { kind, methods, featureLayers } = describeNetwork(classifier.network);
    expect(kind).toBe("convolutional");
    const reason =
      /^(attention stays inside \d+ windows of \d+ tokens each|\d+ queries look at \d+ pooled keys)$/;
    for (const id of ["rollout", "gradient-rollout", "transformer-attribution", "legrad", "tam"] as const)
      expect(methods[id]).toEqual({ kind: "no-attention", reason: expect.stringMatching(reason) });
    for (const id of ["grad-cam", "eigen-cam", "saliency", "integrated-gradients"] as const)
      expect(methods[id]).toBeNull();
    const tensors = await tensorsAt(
      classifier,
      new Float32Array(3 * classifier.network.input.size ** 2).fill(0.5),
    );
    const features = await gathered(tensors, { kind: "features", rules: "exact", layer: 0 });
    expect({ ...features, activation: 0, gradient: 0 }).toEqual({
      ...featureLayers[0],
      activation: 0,
      gradient: 0,
    });
    expect(features.gradient.some((value) => value !== 0)).toBe(true);
    await classifier.release();
  });
});
