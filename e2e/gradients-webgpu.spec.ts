// Gradients on WebGPU (in software where there is no GPU) are those of WASM and of PyTorch, and no node that the
// backward pass adds is left to the CPU.
import { expect } from "@playwright/test";
import { dissectClassifier } from "../src/core/anatomy/dissect-classifier.ts";
import { exposeOutputs } from "../src/core/anatomy/expose.ts";
import { differentiate } from "../src/core/autodiff/differentiate.ts";
import { gradient } from "../src/core/autodiff/gradient.ts";
import { writeOnnx } from "../src/core/onnx/write-onnx.ts";
import { openZooFile, type ZooCase } from "../tests/autodiff/zoo-pass.ts";
import { relativeError } from "../tests/support/golden.ts";
import { missing } from "../tests/support/witnesses.ts";
import {
  hasHalves,
  isFused,
  isQuantised,
  readZooModel,
  type ZooEntry,
  zooEntries,
} from "../tests/support/zoo.ts";
import type { PlainValue } from "./harness/gradients.ts";
import { runOn, test } from "./support/gradient-harness.ts";

const tolerance = 1e-4;

test.describe(`gradients of small networks${missing("zoo")}`, { tag: "@webgpu" }, () => {
  test.skip(missing("zoo") !== "");

  for (const entry of smallNetworks())
    test(`${entry.file}: the same numbers, every node on the GPU`, async ({ page, harness }) => {
      const zoo = openZooFile(entry, "canonical");
      const { bytes, gradients, added } = differentiated(zoo);
      const runs = entry.classes.map((klass) => ({ ...plainFeeds(zoo), seed: oneHot(zoo, klass) }));
      await page.goto(harness);
      const onGpu = await runOn(page, "webgpu", bytes, runs);
      const onCpu = await runOn(page, "wasm", bytes, runs);

      for (const [run, outputs] of onCpu.results.entries())
        for (const [name, { data, shape }] of Object.entries(outputs)) {
          const gpu = onGpu.results[run][name];
          expect(gpu.shape, name).toEqual(shape);
          expect(relativeError(gpu.data, data), name).toBeLessThanOrEqual(tolerance);
        }
      const [picture] = Object.entries(gradients).filter(([tensor]) => tensor in zoo.feeds);
      const witness = zoo.reference.get(`grad_input.class${entry.classes[0]}`);
      const byPicture = onGpu.results[0][picture[1]].data;
      expect(relativeError(byPicture, witness?.data as Float32Array)).toBeLessThanOrEqual(tolerance);

      expect(onCpu.placements.map(({ provider }) => provider)).toEqual(["CPUExecutionProvider"]);
      const elsewhere = onGpu.placements.filter(({ provider }) => provider !== "WebGpuExecutionProvider");
      expect(elsewhere, "nodes that WebGPU was not given").toEqual([]);
      expect(onGpu.placements[0].count).toBeGreaterThan(added);
    });
});

/** One network with attention and one with convolutions, in single precision, with a single input. */
function smallNetworks(): readonly ZooEntry[] {
  const isPlain = (entry: ZooEntry) =>
    !isQuantised(entry) && !isFused(entry) && entry.inputs.length === 1 && entry.inputs[0].elem === 1;
  const fitting = zooEntries().filter((entry) => isPlain(entry) && !hasHalves(readZooModel(entry)));
  return [
    ...fitting
      .filter(({ kind, standard_softmax_attention }) => kind === "vit" && standard_softmax_attention === true)
      .slice(0, 1),
    ...fitting.filter(({ kind, ops }) => kind === "cnn" && "MaxPool" in ops).slice(0, 1),
  ];
}

/** The scores, what methods look at, and gradients by that and by the picture. */
function differentiated({ model, inputShapes }: ZooCase) {
  const dissected = dissectClassifier(model);
  const { logits, input } = dissected.anatomy;
  const shown =
    dissected.kind === "transformer"
      ? dissected.anatomy.attention.map(({ tensor }) => tensor)
      : [dissected.anatomy.featureMap.tensor];
  const made = differentiate(model, {
    seeds: [{ tensor: logits.name, upstream: { input: "seed" } }],
    wanted: [...shown, input.name],
    ...{ rules: gradient, inputShapes },
  });
  return {
    bytes: writeOnnx(exposeOutputs(made.model, shown)).bytes,
    gradients: Object.fromEntries(made.gradients),
    added: made.model.graph.nodes.length - model.graph.nodes.length,
  };
}

function plainFeeds({ feeds }: ZooCase): Readonly<Record<string, PlainValue>> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { data, shape }]) => [
      name,
      { data: Array.from(data as ArrayLike<number>, Number), shape },
    ]),
  );
}

function oneHot({ reference }: ZooCase, klass: number): PlainValue {
  const logits = reference.get("logits");
  if (logits === undefined) throw new Error("PyTorch's scores were not recorded");
  return {
    data: Array.from({ length: logits.data.length }, (_, index) => Number(index === klass)),
    shape: logits.shape,
  };
}
