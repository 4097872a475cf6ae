// One forward and backward pass of a file of the exporter zoo, beside PyTorch's own numbers.
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import { differentiate } from "../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { indexGraph } from "../../src/core/onnx/graph-index.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { inferFacts } from "../../src/core/onnx/shapes/infer-facts.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { relativeError } from "../support/golden.ts";
import { type Feed, openModel, type RunOutput, runModel } from "../support/ort.ts";
import type { SafeTensor } from "../support/safetensors.ts";
import type { ZooEntry } from "../support/zoo.ts";

export interface ZooCase {
  readonly entry: ZooEntry;
  readonly model: OnnxModel;
  readonly reference: ReadonlyMap<string, SafeTensor>;
  readonly feeds: Readonly<Record<string, Feed>>;
}

/** A tensor of the graph and the names of PyTorch's values for it. */
export interface Expectation {
  readonly tensor: string;
  /** Its own value; null where only the gradient is recorded. */
  readonly value: string | null;
  /** Its gradient for a class; null where none is recorded. */
  gradientOf(klass: number): string | null;
}

/** Largest differences over the largest value, of all expectations. */
export interface ZooErrors {
  readonly logits: number;
  readonly values: number;
  readonly gradients: number;
  /** What was computed, for further checks: by class, by tensor. */
  readonly computed: ReadonlyMap<number, Readonly<Record<string, RunOutput>>>;
}

/** Both recorded classes through one session: only the seed changes. */
export async function runZooCase(
  { entry, model, reference, feeds }: ZooCase,
  expected: readonly Expectation[],
): Promise<ZooErrors> {
  const tensors = expected.map(({ tensor }) => tensor);
  const differentiated = differentiate(model, {
    seeds: [{ tensor: entry.target_output, upstream: { input: "seed" } }],
    wanted: tensors,
    rules: gradient,
    inputShapes: shapesOf(feeds),
  });
  const shown = expected.filter(({ value }) => value !== null).map(({ tensor }) => tensor);
  const { bytes, externalData } = writeOnnx(exposeOutputs(differentiated.model, shown), {
    externalise: { path: "weights", minimumBytes: 256 },
  });
  const runner = await openModel(bytes, externalData);
  const logits = reference.get("logits")!;
  const errors = { logits: 0, values: 0, gradients: 0 };
  const computed = new Map<number, Readonly<Record<string, RunOutput>>>();
  for (const klass of entry.classes) {
    const seed = new Float32Array(logits.data.length);
    seed[klass] = 1;
    const outputs = await runner.run({ ...feeds, seed: { data: seed, shape: logits.shape } });
    const note = (kind: keyof typeof errors, output: string, name: string | null) => {
      if (name === null) return;
      const witness = reference.get(name);
      if (witness === undefined) throw new Error(`PyTorch's ${name} was not recorded`);
      const error = relativeError(outputs[output]!.data, witness.data as Float64Array);
      errors[kind] = Math.max(errors[kind], error);
    };
    note("logits", entry.target_output, "logits");
    for (const { tensor, value, gradientOf } of expected) {
      note("values", tensor, value);
      note("gradients", differentiated.gradients.get(tensor)!, gradientOf(klass));
    }
    const gradients = tensors.map((tensor) => [
      `gradient ${tensor}`,
      outputs[differentiated.gradients.get(tensor)!]!,
    ]);
    computed.set(klass, { ...outputs, ...Object.fromEntries(gradients) });
  }
  await runner.release();
  return { ...errors, computed };
}

/** Attention, its scaled scores and the picture, all of which have recorded gradients. */
export async function transformerExpectations(zoo: ZooCase): Promise<readonly Expectation[]> {
  const { producers, order } = indexGraph(zoo.model.graph);
  const names = [...zoo.reference.keys()].filter((name) => name.startsWith("attn."));
  const softmaxes = order.filter(({ opType }) => opType === "Softmax").map(({ outputs }) => outputs[0]!);
  const tensors = await findValues(zoo, names, softmaxes);
  const layers = [...tensors].flatMap(([name, tensor]) => {
    const layer = name.slice("attn.".length);
    const scores = producers.get(tensor)!.inputs[0]!;
    return [
      { tensor, value: name, gradientOf: (klass: number) => `grad_attn.${layer}.class${klass}` },
      { tensor: scores, value: null, gradientOf: (klass: number) => `grad_scores.${layer}.class${klass}` },
    ];
  });
  return [...layers, picture(zoo.entry)];
}

/** The feature map that equals the recorded one and the picture. */
export async function featureMapExpectations(zoo: ZooCase): Promise<readonly Expectation[]> {
  const candidates = indexGraph(zoo.model.graph).order.flatMap(({ outputs }) => outputs.slice(0, 1));
  const tensor = (await findValues(zoo, ["cam.act"], candidates)).get("cam.act")!;
  const map = { tensor, value: "cam.act", gradientOf: (klass: number) => `cam.grad.class${klass}` };
  return [map, picture(zoo.entry)];
}

/** PyTorch's gradient by the picture is recorded for the first class only. */
export function picture(entry: ZooEntry): Expectation {
  const image = entry.inputs.find(({ shape }) => shape.length === 4)!;
  const gradientOf = (klass: number) => (klass === entry.classes[0] ? `grad_input.class${klass}` : null);
  return { tensor: image.name, value: null, gradientOf };
}

/** For each of PyTorch's values the last candidate that has its shape and its numbers. */
async function findValues(
  { model, reference, feeds }: ZooCase,
  names: readonly string[],
  candidates: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const facts = inferFacts(model, indexGraph(model.graph), shapesOf(feeds));
  const shapes = new Set(names.map((name) => reference.get(name)!.shape.join()));
  const likely = candidates.filter((name) => shapes.has(facts.get(name)?.shape?.join() ?? ""));
  const { bytes, externalData } = writeOnnx(exposeOutputs(model, likely));
  const outputs = await runModel(bytes, feeds, { outputs: likely, externalData });
  return new Map(
    names.map((name) => {
      const witness = reference.get(name)!.data as Float64Array;
      const errors = likely.map((candidate) => relativeError(outputs[candidate]!.data, witness));
      const least = Math.min(...errors);
      if (!(least < 2e-2)) throw new Error(`no value equals ${name}; the nearest is off by ${least}`);
      return [name, likely[errors.lastIndexOf(least)]!];
    }),
  );
}

export function shapesOf(feeds: ZooCase["feeds"]): ReadonlyMap<string, readonly number[]> {
  return new Map(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));
}
