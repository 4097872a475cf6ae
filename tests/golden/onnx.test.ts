// Every file of the zoo: nothing is lost in reading and writing, and sizes told without a run are those of a run.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import { findInputs } from "../../src/core/anatomy/image-input.ts";
import { indexGraph } from "../../src/core/onnx/graph-index.ts";
import { ElementType, type OnnxModel, type Tensor } from "../../src/core/onnx/model.ts";
import { readOnnx } from "../../src/core/onnx/read-onnx.ts";
import { inferFacts } from "../../src/core/onnx/shapes/infer-facts.ts";
import { type WrittenModel, writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { runModel } from "../support/ort.ts";
import { missing } from "../support/witnesses.ts";
import { readZooModel, readZooReference, zooEntries, zooFeeds } from "../support/zoo.ts";

const entries = zooEntries();
const externalise = { path: "original.onnx", minimumBytes: 256 };

describe.skipIf(missing("zoo") !== "")(`exported files${missing("zoo")}`, () => {
  it.each(entries)("$file: read and written without a loss", (entry) => {
    const model = readZooModel(entry);
    const whole = writeOnnx(model);
    const again = readOnnx(whole.bytes, filesOf(whole));
    expect(printed({ ...again, source: null })).toBe(printed({ ...model, source: null }));
    const lean = writeOnnx(model, { externalise });
    const files = filesOf(lean);
    for (const file of files.values()) expect([model.source, ...externalFiles(model)]).toContain(file);
    const values = readOnnx(lean.bytes, files).graph.initializers.map(bytesOf);
    expect(printed(values)).toBe(printed(model.graph.initializers.map(bytesOf)));
  });

  it.each(entries)("$file: shapes and small numbers as in a run", async (entry) => {
    const model = readZooModel(entry);
    const reference = readZooReference(entry);
    const feeds = zooFeeds(entry, reference);
    const { input } = findInputs(model);
    const shapes = new Map(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));
    expect(shapes.get(input.name)?.length).toBe(4);
    const index = indexGraph(model.graph);
    const facts = inferFacts(model, index, shapes);
    const results = index.order.flatMap(({ outputs }) => outputs.filter((name) => name !== ""));
    const names = results.filter((name) => facts.get(name)?.shape != null);
    expect(names.length).toBeGreaterThan(0.9 * results.length);
    const { bytes, externalData } = writeOnnx(exposeOutputs(model, names), { externalise });
    const outputs = await runModel(bytes, feeds, { outputs: names, externalData });
    for (const [name, { data, shape }] of Object.entries(outputs)) {
      const told = facts.get(name)!;
      expect(told.shape, name).toHaveLength(shape.length);
      expect(
        told.shape!.map((size, axis) => size ?? shape[axis]),
        name,
      ).toEqual(shape);
      if (told.elementType !== ElementType.int64 || told.values === null) continue;
      expect(
        told.values.map((value, place) => value ?? data[place]),
        name,
      ).toEqual(Array.from(data));
    }
  });
});

/** Everything in a value, bytes as their digest: comparing weights number by number would take minutes. */
function printed(value: unknown): string {
  return JSON.stringify(value, (_, each) => {
    if (each instanceof Uint8Array) return createHash("sha1").update(each).digest("hex");
    return typeof each === "bigint" ? `${each}n` : each;
  });
}

function filesOf({ externalData }: WrittenModel): ReadonlyMap<string, Uint8Array> {
  return new Map(externalData.map(({ path, data }) => [path, data]));
}

function bytesOf({ name, dims, data }: Tensor) {
  if (data.kind === "external") {
    return { name, dims, bytes: data.file.subarray(data.offset, data.offset + data.length) };
  }
  return { name, dims, bytes: data.kind === "raw" || data.kind === "packed" ? data.bytes : null };
}

function externalFiles(model: OnnxModel): readonly Uint8Array[] {
  return model.graph.initializers.flatMap(({ data }) => (data.kind === "external" ? [data.file] : []));
}
