// A classifier in the engine, and the published file beside it, for measurements in turns.
import type { ExplainRequest } from "../../src/bridge/contract.ts";
import { cutEarly } from "../../src/core/anatomy/narrow/cut-early.ts";
import { isXaiError } from "../../src/core/errors.ts";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { prepareInput } from "../../src/core/vision/normalise.ts";
import { type Classifier, loadClassifier } from "../../src/engine/classifier.ts";
import { createExplanation, type Explanation } from "../../src/engine/explanation.ts";
import { createSession, release, run, type Session, startRuntime } from "../../src/engine/ort.ts";
import { sketchNetwork } from "../../src/engine/plan/network.ts";
import { readOpaquePixels } from "../../src/engine/read-bitmap.ts";
import type { EngineSetup, LoadTimes } from "./protocol.ts";

export interface LoadedEngine {
  readonly classifier: Classifier;
  /** One forward pass of the published file. */
  bare(): Promise<void>;
  /** A picture that nobody has seen, classified. */
  fresh(): Promise<Explanation>;
}

export const never = new AbortController().signal;
export const ignore = (): void => undefined;

/** A map; some methods have none for some pictures, which takes them as long. */
export async function explain(explanation: Explanation, request: ExplainRequest): Promise<void> {
  try {
    await explanation.explain(request, never, ignore);
  } catch (error) {
    if (!isXaiError(error, "attribution/empty-map")) throw error;
  }
}

export async function loadEngine(setup: EngineSetup): Promise<{
  readonly engine: LoadedEngine;
  readonly times: LoadTimes;
}> {
  await startRuntime({ backend: "wasm", threads: setup.threads });
  const reply = await fetch(setup.classifier);
  if (!reply.ok) throw new Error(`${setup.classifier}: ${reply.status}`);
  const bytes = new Uint8Array(await reply.arrayBuffer());
  const file = { name: "DeiT-Tiny", bytes, externalData: new Map<string, Uint8Array>() };
  const times = await timeLoading(file);
  const published = await createSession({ name: "published", model: bytes });
  const classifier = await loadClassifier(file, never, ignore);
  const pixels = await photographOf(setup);
  return {
    engine: createEngine(classifier, published, pixels),
    times: { ...times, weightBytes: bytes.length },
  };
}

function createEngine(classifier: Classifier, published: Session, photograph: Float32Array): LoadedEngine {
  const { input, logits } = classifier.network;
  let pictures = 0;
  return {
    classifier,
    async bare() {
      const dims = [1, 3, input.size, input.size];
      await run(published, { [input.name]: { type: "float32", data: photograph, dims } }, [logits.name]);
    },
    async fresh() {
      const pixels = varied(photograph, ++pictures);
      return createExplanation(classifier, pictures, pixels, await classifier.forward(pixels));
    },
  };
}

async function photographOf({ photograph: { base64, type } }: EngineSetup): Promise<Float32Array> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type }));
  const { width, height } = bitmap;
  return prepareInput({ width, height, data: readOpaquePixels(bitmap) }, deitTiny.preprocessing).tensor;
}

/** Another picture each time, so that nothing of an earlier one can be used again. */
function varied(photograph: Float32Array, seed: number): Float32Array {
  return photograph.map((value, place) => value + 0.02 * Math.sin(seed * (place + 1)));
}

/** What `loadClassifier` does, part by part; the first time also compiles, as it does for the user. */
async function timeLoading(
  file: Parameters<typeof sketchNetwork>[0],
): Promise<Pick<LoadTimes, "rewriting" | "session">> {
  const rewriting: number[] = [];
  const session: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const begin = performance.now();
    const { model, dissected, inputShapes } = sketchNetwork(file);
    const { logits } = dissected.anatomy;
    const attention = dissected.kind === "transformer" ? dissected.anatomy.attention : [];
    const wanted = [logits.name, ...attention.map(({ tensor }) => tensor)];
    const graph = writeOnnx(cutEarly(model, wanted, inputShapes), {
      externalise: { path: "weights", minimumBytes: 1024 },
    });
    const written = performance.now();
    const created = await createSession({
      name: file.name,
      model: graph.bytes,
      externalData: graph.externalData,
    });
    rewriting.push(written - begin);
    session.push(performance.now() - written);
    await release(created);
  }
  return { rewriting, session };
}
