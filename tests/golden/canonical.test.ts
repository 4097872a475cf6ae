// Every file of the exporter zoo in canonical form: the same numbers, PyTorch's attention, and nothing but standard operators.
import { afterAll, describe, expect, it } from "vitest";
import type { ClassifierAnatomy } from "../../src/core/anatomy/anatomy.ts";
import { dissect } from "../../src/core/anatomy/dissect.ts";
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import { findInputs } from "../../src/core/anatomy/image-input.ts";
import { isXaiError } from "../../src/core/errors.ts";
import { canonicalise } from "../../src/core/onnx/canonical/canonicalise.ts";
import { canonicalOpset } from "../../src/core/onnx/canonical/upgrades/upgrade-opset.ts";
import { widenHalves } from "../../src/core/onnx/canonical/widen-halves.ts";
import { indexGraph, valuesRead } from "../../src/core/onnx/graph-index.ts";
import { ElementType, type Node, type OnnxModel } from "../../src/core/onnx/model.ts";
import { standardOpset } from "../../src/core/onnx/operator-sets.ts";
import { inferFacts } from "../../src/core/onnx/shapes/infer-facts.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { largestDifference, type RunOutput, runModel } from "../support/ort.ts";
import { missing } from "../support/witnesses.ts";
import { readZooModel, readZooReference, type ZooEntry, zooEntries, zooFeeds } from "../support/zoo.ts";

const quantised = /^(?:MatMulInteger|ConvInteger|(?:Dynamic)?QuantizeLinear|DequantizeLinear)$/;
const isQuantised = (entry: ZooEntry) => Object.keys(entry.ops).some((operator) => quantised.test(operator));
const entries = zooEntries();
const readable = entries.filter((entry) => !isQuantised(entry));

/** Counts of operators on the picture's way, by file; files of one model must agree however they were exported. */
const counts = new Map<
  string,
  { readonly entry: ZooEntry; readonly norms: number; readonly gelus: number }
>();
const rows: string[][] = [["file", "nodes", "ms", "norms", "GELUs", "original", "PyTorch", "attention"]];

describe.skipIf(missing("zoo") !== "")(`canonical form of exported files${missing("zoo")}`, () => {
  afterAll(() => console.log(table(rows)));

  it.each(readable)("$file", async (entry) => {
    const model = readZooModel(entry);
    const reference = readZooReference(entry);
    const feeds = zooFeeds(entry, reference);
    const options = { inputShapes: new Map(Object.entries(feeds).map(([name, { shape }]) => [name, shape])) };
    const begin = performance.now();
    const canonical = canonicalise(model, options);
    const milliseconds = performance.now() - begin;

    expect(standardOpset(canonical)).toBe(canonicalOpset);
    expect(listed(canonicalise(canonical, options))).toEqual(listed(canonical));
    expect(
      canonical.graph.nodes.filter(({ opType, domain }) => domain !== "" || opType === "Constant"),
    ).toEqual([]);
    const onPicture = nodesAfter(canonical, findInputs(canonical).input.name);
    expect(integersAmong(canonical, onPicture)).toEqual([]);
    const number = (operator: RegExp) => onPicture.filter(({ opType }) => operator.test(opType)).length;
    const [norms, gelus] = [number(/^LayerNormalization$/), number(/^(?:Gelu|Sigmoid)$/)];
    counts.set(entry.file, { entry, norms, gelus });

    const attention = isTransformer(entry) ? attentionOf(canonical) : [];
    const names = [entry.target_output, ...attention];
    const [before, after] = [
      await run(model, feeds, [entry.target_output]),
      await run(canonical, feeds, names),
    ];
    const scores = after[entry.target_output]!.data;
    const [close, exact] = isHalf(model) ? [2e-2, 2e-2] : [1e-4, 1e-5];
    const toOriginal = relative(scores, before[entry.target_output]!.data);
    const toReference = relative(scores, reference.get("logits")!.data as Float64Array);
    expect(toOriginal).toBeLessThan(exact);
    expect(toReference).toBeLessThan(close);
    let ofAttention = 0;
    for (const [layer, name] of attention.entries()) {
      const expected = reference.get(`attn.${layer}`)!;
      expect(after[name]!.shape).toEqual(expected.shape);
      ofAttention = Math.max(
        ofAttention,
        largestDifference(after[name]!.data, expected.data as Float64Array),
      );
    }
    expect(ofAttention).toBeLessThan(close);
    const nodes = `${model.graph.nodes.length} > ${canonical.graph.nodes.length}`;
    const errors = [toOriginal, toReference, ofAttention].map((error) => error.toExponential(1));
    rows.push([entry.file, nodes, milliseconds.toFixed(0), String(norms), String(gelus), ...errors]);
  });

  it("has as many normalisations and activations as the model, whoever exported it", () => {
    for (const { entry, norms, gelus } of counts.values()) {
      const others = [...counts.values()].filter((other) => other.entry.model === entry.model);
      for (const other of others) {
        expect([other.norms, other.gelus], `${other.entry.file} and ${entry.file}`).toEqual([norms, gelus]);
      }
      if (!isTransformer(entry)) continue;
      // Two normalisations and one activation in each block, and a normalisation before the head.
      expect(norms, entry.file).toBeGreaterThanOrEqual(2 * entry.n_layers! + 1);
      expect(gelus, entry.file).toBeGreaterThanOrEqual(entry.n_layers!);
    }
  });
});

describe.skipIf(missing("zoo") !== "")(`half precision made single${missing("zoo")}`, () => {
  it.each(readable.filter((entry) => isHalf(readZooModel(entry))))("$file", async (entry) => {
    const reference = readZooReference(entry);
    const feeds = zooFeeds(entry, reference);
    const model = widenHalves(readZooModel(entry));
    const canonical = canonicalise(model, { inputShapes: shapesOf(entry) });
    const onPicture = nodesAfter(canonical, findInputs(canonical).input.name);
    expect(onPicture.filter(({ opType }) => opType === "Cast")).toEqual([]);
    const outputs = await run(canonical, feeds, [entry.target_output]);
    const half = await run(readZooModel(entry), feeds, [entry.target_output]);
    const logits = reference.get("logits")!.data as Float64Array;
    const error = relative(outputs[entry.target_output]!.data, logits);
    // What is left is the rounding of the weights.
    expect(error).toBeLessThan(5e-3);
    expect(error).toBeLessThan(1.1 * relative(half[entry.target_output]!.data, logits));
  });
});

describe.skipIf(missing("zoo") !== "")(`anatomy before and after${missing("zoo")}`, () => {
  it.each(entries)("$file", (entry) => {
    const model = readZooModel(entry);
    const [before, after] = [told(model), told(canonicalise(model, { inputShapes: shapesOf(entry) }))];
    if (/fused/.test(String(before.refusal)))
      expect(after).toMatchObject({ refusal: undefined, ...known(entry) });
    else expect(after).toEqual(before);
  });
});

/** What `dissect` says, without names of inner values. */
function told(model: OnnxModel) {
  try {
    const anatomy: ClassifierAnatomy = dissect(model);
    const { input, attention, pooling, grid, tokens, prefixTokens, patchSize } = anatomy;
    const heads = [...attention, ...pooling].map((layer) => layer.heads);
    // The number of classes may be open before and is known after.
    return {
      refusal: undefined,
      input,
      logits: anatomy.logits.name,
      heads,
      grid,
      tokens,
      prefixTokens,
      patchSize,
    };
  } catch (error) {
    if (isXaiError(error)) return { refusal: error.message };
    throw error;
  }
}

/** What the index knows of a transformer. */
function known(entry: ZooEntry) {
  const [rows, columns] = entry.grid!;
  const heads = Array.from({ length: entry.n_layers! }, () => entry.n_heads);
  return { grid: { rows, columns }, prefixTokens: entry.prefix_tokens, heads };
}

function isTransformer(entry: ZooEntry): boolean {
  return (entry.kind === "vit" || entry.kind === "vit2") && entry.standard_softmax_attention === true;
}

function attentionOf(model: OnnxModel): readonly string[] {
  const { attention, pooling } = dissect(model);
  return [...attention, ...pooling].map(({ tensor }) => tensor);
}

function shapesOf(entry: ZooEntry) {
  const feeds = zooFeeds(entry, readZooReference(entry));
  return new Map(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));
}

function run(model: OnnxModel, feeds: Parameters<typeof runModel>[1], outputs: readonly string[]) {
  const externalise = { path: "weights", minimumBytes: 256 };
  const { bytes, externalData } = writeOnnx(exposeOutputs(model, outputs), { externalise });
  return runModel(bytes, feeds, { outputs, externalData });
}

/** Nodes that depend on the picture in any way, be it by its size only. */
function nodesAfter(model: OnnxModel, image: string): readonly Node[] {
  const reached = new Set([image]);
  return indexGraph(model.graph).order.filter((node) => {
    const isReached = valuesRead(node).some((name) => reached.has(name));
    if (isReached) for (const output of node.outputs) reached.add(output);
    return isReached;
  });
}

function integersAmong(model: OnnxModel, nodes: readonly Node[]): readonly string[] {
  const facts = inferFacts(model, indexGraph(model.graph), new Map());
  const integers: readonly unknown[] = [ElementType.int64, ElementType.int32, ElementType.bool, null];
  const isInteger = (name: string) => integers.includes(facts.get(name)?.elementType ?? null);
  return nodes.filter(({ outputs }) => outputs.some(isInteger)).map(({ opType }) => opType);
}

function isHalf(model: OnnxModel): boolean {
  return model.graph.initializers.some(({ elementType }) => elementType === ElementType.float16);
}

function relative(actual: RunOutput["data"], expected: RunOutput["data"]): number {
  return largestDifference(actual, expected) / Math.max(...Array.from(expected, Math.abs));
}

function listed({ graph }: OnnxModel) {
  const constants = graph.initializers.map(({ name, dims }) => [name, dims]);
  return { nodes: graph.nodes, constants, inputs: graph.inputs, outputs: graph.outputs };
}

function table(lines: readonly (readonly string[])[]): string {
  return lines
    .map(([file, ...cells]) => file!.padEnd(50) + cells.map((cell) => cell.padStart(11)).join(""))
    .join("\n");
}
