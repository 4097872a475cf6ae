// One forward and backward pass of a file of the exporter zoo, as the product makes it, beside PyTorch's numbers.
import { type DissectedClassifier, dissectClassifier } from "../../src/core/anatomy/dissect-classifier.ts";
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import { differentiate } from "../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { canonicalise } from "../../src/core/onnx/canonical/canonicalise.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { type Feed, openModel, type RunOutput } from "../support/ort.ts";
import type { SafeTensor } from "../support/safetensors.ts";
import { hasHalves, readZooModel, readZooReference, type ZooEntry, zooFeeds } from "../support/zoo.ts";

/** As the exporter wrote it, or as the product brings it into shape before everything else. */
export type ZooForm = "exported" | "canonical";

export interface ZooCase {
  readonly entry: ZooEntry;
  readonly model: OnnxModel;
  readonly reference: ReadonlyMap<string, SafeTensor>;
  readonly feeds: Readonly<Record<string, Feed>>;
  readonly inputShapes: ReadonlyMap<string, readonly number[]>;
  /** How far numbers may be off, relative to the largest. */
  readonly tolerance: number;
}

/** @throws what reading the file throws */
export function openZooFile(entry: ZooEntry, form: ZooForm): ZooCase {
  const reference = readZooReference(entry);
  const feeds = zooFeeds(entry, reference);
  const exported = readZooModel(entry);
  const inputShapes = new Map(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));
  const model = form === "exported" ? exported : canonicalise(exported, { inputShapes });
  return { entry, model, reference, feeds, inputShapes, tolerance: hasHalves(exported) ? 2e-2 : 1e-4 };
}

/** What a pass gives for one class. */
export interface ClassResults {
  readonly logits: RunOutput;
  /** Values that were asked for. */
  readonly values: Readonly<Record<string, RunOutput>>;
  /** Gradients of the class's score by these values and by the picture. */
  readonly gradients: Readonly<Record<string, RunOutput>>;
}

export interface ZooPass {
  readonly dissected: DissectedClassifier;
  readonly byClass: ReadonlyMap<number, ClassResults>;
}

/**
 * Both recorded classes through one session: only the seed changes.
 * @param tensors names the values to look at, once the anatomy is known.
 * @throws what the product throws
 */
export async function runZooPass(
  zoo: ZooCase,
  tensors: (dissected: DissectedClassifier) => readonly string[],
): Promise<ZooPass> {
  const { entry, model, reference, feeds, inputShapes } = zoo;
  const dissected = dissectClassifier(model);
  const { logits, input } = dissected.anatomy;
  const shown = tensors(dissected);
  const { model: differentiated, gradients } = differentiate(model, {
    seeds: [{ tensor: logits.name, upstream: { input: "seed" } }],
    wanted: [...shown, input.name],
    ...{ rules: gradient, inputShapes },
  });
  const { bytes, externalData } = writeOnnx(exposeOutputs(differentiated, [logits.name, ...shown]), {
    externalise: { path: "weights", minimumBytes: 256 },
  });
  const runner = await openModel(bytes, externalData);
  const { shape, data } = reference.get("logits")!;
  const byClass = new Map<number, ClassResults>();
  for (const klass of entry.classes) {
    const seed = Float32Array.from({ length: data.length }, (_, index) => Number(index === klass));
    const outputs = await runner.run({ ...feeds, seed: { data: seed, shape } });
    byClass.set(klass, {
      logits: outputs[logits.name]!,
      values: Object.fromEntries(shown.map((name) => [name, outputs[name]!])),
      gradients: Object.fromEntries([...gradients].map(([name, output]) => [name, outputs[output]!])),
    });
  }
  await runner.release();
  return { dissected, byClass };
}
